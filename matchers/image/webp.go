package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	stdimage "image"
	"image/draw"

	"golang.org/x/image/webp"
)

// A WebP file is a RIFF container. An animated one holds its frames in ANMF chunks, which golang.org/x/image/webp does
// not read: the first frame is cut out and put into a container of its own.
// Source: developers.google.com/speed/webp/docs/riff_container.

// errFrame says that an animated file has no frame that could be cut out.
var errFrame = errors.New("animated WebP without a readable frame")

const webpHeader = 12 // "RIFF", size, "WEBP"

// webpFrame is the first frame of an animated file.
type webpFrame struct {
	canvasW, canvasH int
	at               stdimage.Point
	w, h             int
	file             []byte // a still WebP file of its own
}

// chunks calls yield for every RIFF chunk of b until it returns false. A chunk that is cut off ends the walk.
func chunks(b []byte, yield func(id string, body []byte) bool) {
	for len(b) >= 8 {
		id, n := string(b[:4]), uint64(binary.LittleEndian.Uint32(b[4:]))
		if n > uint64(len(b)-8) || !yield(id, b[8:8+n]) {
			return
		}
		b = b[min(8+n+n&1, uint64(len(b))):]
	}
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// firstFrame returns the first frame of an animated file, and nil for a still one.
func firstFrame(data []byte) (*webpFrame, error) {
	var f *webpFrame
	err := error(nil)
	chunks(data[min(webpHeader, len(data)):], func(id string, body []byte) bool {
		switch id {
		case "VP8X":
			const animation = 1 << 1
			if len(body) < 10 || body[0]&animation == 0 {
				return false
			}
			f, err = &webpFrame{canvasW: uint24(body[4:]) + 1, canvasH: uint24(body[7:]) + 1}, errFrame
		case "ANMF":
			if f != nil {
				err = f.cut(body)
			}
			return false
		case "VP8 ", "VP8L":
			return false
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// cut reads an ANMF chunk: position, size, duration and flags in 16 bytes, then the chunks of one still picture.
func (f *webpFrame) cut(body []byte) error {
	const header = 16
	if len(body) < header {
		return errFrame
	}
	f.at = stdimage.Pt(2*uint24(body), 2*uint24(body[3:]))
	f.w, f.h = uint24(body[6:])+1, uint24(body[9:])+1
	if f.at.X+f.w > f.canvasW || f.at.Y+f.h > f.canvasH {
		return errFrame
	}
	var alpha, picture []byte
	var kind string
	chunks(body[header:], func(id string, b []byte) bool {
		switch id {
		case "ALPH":
			alpha = b
		case "VP8 ", "VP8L":
			kind, picture = id, b
			return false
		}
		return true
	})
	if picture == nil {
		return errFrame
	}
	var out bytes.Buffer
	out.WriteString("RIFF\x00\x00\x00\x00WEBP")
	if alpha != nil && kind == "VP8 " {
		head := make([]byte, 10)
		head[0] = 1 << 4 // alpha
		copy(head[4:], []byte{byte(f.w - 1), byte((f.w - 1) >> 8), byte((f.w - 1) >> 16)})
		copy(head[7:], []byte{byte(f.h - 1), byte((f.h - 1) >> 8), byte((f.h - 1) >> 16)})
		putChunk(&out, "VP8X", head)
		putChunk(&out, "ALPH", alpha)
	}
	putChunk(&out, kind, picture)
	f.file = out.Bytes()
	binary.LittleEndian.PutUint32(f.file[4:], uint32(len(f.file)-8))
	return nil
}

// putChunk writes one RIFF chunk, padded to an even length.
func putChunk(out *bytes.Buffer, id string, body []byte) {
	out.WriteString(id)
	out.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(body))))
	out.Write(body)
	if len(body)%2 == 1 {
		out.WriteByte(0)
	}
}

// webpConfig returns the size of the picture, and of the canvas for an animated one.
func webpConfig(data []byte) (stdimage.Config, error) {
	f, err := firstFrame(data)
	if err != nil {
		return stdimage.Config{}, err
	}
	if f == nil {
		return webp.DecodeConfig(bytes.NewReader(data))
	}
	c, err := webp.DecodeConfig(bytes.NewReader(f.file))
	if err != nil {
		return stdimage.Config{}, err
	}
	if c.Width != f.w || c.Height != f.h {
		return stdimage.Config{}, errFrame
	}
	return stdimage.Config{ColorModel: c.ColorModel, Width: f.canvasW, Height: f.canvasH}, nil
}

// decodeWebP returns the picture, and the first frame on its canvas for an animated one.
func decodeWebP(data []byte) (stdimage.Image, error) {
	f, err := firstFrame(data)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return webp.Decode(bytes.NewReader(data))
	}
	img, err := webp.Decode(bytes.NewReader(f.file))
	if err != nil {
		return nil, err
	}
	return onCanvas(img, f.at, f.canvasW, f.canvasH), nil
}

// onCanvas returns img placed at a point of a transparent canvas, and img itself when it fills the canvas.
func onCanvas(img stdimage.Image, at stdimage.Point, w, h int) stdimage.Image {
	b := img.Bounds()
	if b.Dx() == w && b.Dy() == h {
		return img
	}
	canvas := stdimage.NewNRGBA(stdimage.Rect(0, 0, w, h))
	draw.Draw(canvas, stdimage.Rectangle{Min: at, Max: at.Add(b.Size())}, img, b.Min, draw.Src)
	return canvas
}
