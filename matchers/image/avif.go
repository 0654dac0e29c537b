//go:build avif

package image

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	stdimage "image"
	"image/color"
	"io"
	"sync"
	"time"
	_ "unsafe" // go:linkname

	_ "github.com/gen2brain/avif" // its WebAssembly
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// AVIF files are read by libavif 1.1.1 and libaom 3.10.0 (both BSD-2-Clause), which gen2brain/avif carries as WebAssembly.
// Its own functions are not called: they bound neither memory nor time, and return an empty picture for a file that breaks
// off. The module is the same here, in a sandbox with a limit of memory and a deadline.
//
// The tag nodynamic must be set too: without it that package loads a library of the system when the program starts, and
// pixels would differ by machine.
var _ = avifNeedsTagNodynamic

// decodeWasm is the gzip-compressed module.
//
//go:linkname decodeWasm github.com/gen2brain/avif.decodeWasm
var decodeWasm []byte

// The limits of one file. A picture of 12 megapixels takes some 200 MB and 2 s.
const (
	avifPages   = 12288 // of 64 kB: 768 MB
	avifBase    = 4 * time.Second
	avifPerMega = time.Second // more for each megapixel
)

var (
	errAVIF     = errors.New("AVIF decoder refused it")
	errAVIFTime = errors.New("AVIF decoder took too long")
	errAVIFRest = errors.New("no picture data behind the heading")
)

// avifCodec returns the codec. A picture takes the whole budget: what its frames need is not known from the heading.
func avifCodec() (codec, bool) {
	return codec{avifConfig, decodeAVIF, 0, func([]byte, stdimage.Config) int { return maxPixels }}, true
}

// avifModule compiles the module once.
var avifModule = sync.OnceValues(func() (run func(ctx context.Context) (api.Module, error), err error) {
	r, err := gzip.NewReader(bytes.NewReader(decodeWasm))
	if err != nil {
		return nil, err
	}
	code, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(avifPages).WithCloseOnContextDone(true))
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, rt); err != nil {
		return nil, err
	}
	m, err := rt.CompileModule(ctx, code)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (api.Module, error) {
		// Nothing is printed, and modules have no name, so that several may run.
		return rt.InstantiateModule(ctx, m, wazero.NewModuleConfig().WithName(""))
	}, nil
})

// avifCall is one file in the sandbox.
type avifCall struct {
	ctx    context.Context
	module api.Module
	in     uint64 // address of the file
	size   uint64
	facts  uint64 // addresses of width, height, depth and count, 4 bytes each
}

// withAVIF puts data into a sandbox of its own and calls f.
func withAVIF(data []byte, limit time.Duration, f func(c *avifCall) error) error {
	start, err := avifModule()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	m, err := start(ctx)
	if err != nil {
		return err
	}
	defer m.Close(context.WithoutCancel(ctx))
	c := &avifCall{ctx: ctx, module: m, size: uint64(len(data))}
	if c.in, err = c.alloc(c.size); err == nil {
		c.facts, err = c.alloc(16)
	}
	if err == nil && !m.Memory().Write(uint32(c.in), data) {
		err = errAVIF
	}
	if err == nil {
		err = f(c)
	}
	if ctx.Err() != nil {
		return errAVIFTime
	}
	return err
}

// alloc returns the address of n bytes.
func (c *avifCall) alloc(n uint64) (uint64, error) {
	res, err := c.module.ExportedFunction("malloc").Call(c.ctx, n)
	if err != nil {
		return 0, err
	}
	if res[0] == 0 {
		return 0, fmt.Errorf("it needs more than %d MB", avifPages/16)
	}
	return res[0], nil
}

// decode calls the decoder and returns the size and the bits of a channel. Without out it reads the heading alone.
func (c *avifCall) decode(delay, out uint64) (w, h, depth int, err error) {
	heading := uint64(0)
	if out == 0 {
		heading = 1
	}
	res, err := c.module.ExportedFunction("decode").Call(c.ctx, c.in, c.size, heading, 0, c.facts, c.facts+4, c.facts+8, c.facts+12, delay, out)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("%w: %v", errAVIF, err)
	}
	if uint32(res[0]) == 0 {
		return 0, 0, 0, errAVIF
	}
	var v [3]int
	for i := range v {
		n, _ := c.module.Memory().ReadUint32Le(uint32(c.facts) + uint32(4*i))
		v[i] = int(n)
	}
	return v[0], v[1], v[2], nil
}

func avifConfig(data []byte) (cfg stdimage.Config, err error) {
	err = withAVIF(data, avifBase, func(c *avifCall) error {
		w, h, _, err := c.decode(0, 0)
		cfg = stdimage.Config{ColorModel: color.RGBAModel, Width: w, Height: h}
		return err
	})
	return cfg, err
}

// decodeAVIF returns the first picture, *image.RGBA or with more than 8 bits a channel *image.RGBA64.
func decodeAVIF(data []byte) (m stdimage.Image, err error) {
	cfg, err := avifConfig(data)
	if err != nil {
		return nil, err
	}
	if err := checkSize(cfg.Width, cfg.Height, 0, 0); err != nil {
		return nil, err
	}
	mega := time.Duration(cfg.Width * cfg.Height / 1_000_000)
	err = withAVIF(data, avifBase+mega*avifPerMega, func(c *avifCall) error {
		w, h, depth, err := c.decode(0, 0)
		if err != nil {
			return err
		}
		bytes := 4
		if depth > 8 {
			bytes = 8
		}
		size := uint64(w) * uint64(h) * uint64(bytes)
		if w != cfg.Width || h != cfg.Height {
			return errAVIF
		}
		out, err := c.alloc(size)
		if err != nil {
			return err
		}
		delay, err := c.alloc(8)
		if err != nil {
			return err
		}
		if !c.module.Memory().Write(uint32(out), make([]byte, size)) {
			return errAVIF
		}
		if _, _, _, err := c.decode(delay, out); err != nil {
			return err
		}
		pix, ok := c.module.Memory().Read(uint32(out), uint32(size))
		if !ok {
			return errAVIF
		}
		m, err = avifPixels(pix, w, h, depth)
		return err
	})
	return m, err
}

// avifPixels copies premultiplied pixels out of the sandbox. Bytes that are all zero were never written.
func avifPixels(pix []byte, w, h, depth int) (stdimage.Image, error) {
	if len(bytes.TrimLeft(pix, "\x00")) == 0 {
		return nil, errAVIFRest
	}
	if depth <= 8 {
		m := stdimage.NewRGBA(stdimage.Rect(0, 0, w, h))
		copy(m.Pix, pix)
		return m, nil
	}
	m := stdimage.NewRGBA64(stdimage.Rect(0, 0, w, h))
	for i := 0; i+1 < len(pix); i += 2 { // big-endian there
		m.Pix[i], m.Pix[i+1] = pix[i+1], pix[i]
	}
	return m, nil
}
