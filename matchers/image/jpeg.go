package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"sync"
)

// Most pictures of shops are baseline JPEG files, and most of the time of reading one goes into the inverse transform of
// coefficients that an average over many pixels cancels again. The reduced decoder reads the Huffman codes of a baseline
// file and transforms the lowest frequencies alone, to 1, 2 or 4 samples per 8 pixels. Whatever it does not know or finds
// wrong it leaves to image/jpeg.
// Source of the format: ITU-T T.81 (1992); of the file format: JFIF 1.02.

// errNotReduced says that a file is left to the full decoder.
var errNotReduced = errors.New("not a plain baseline JPEG file")

// reducedTarget is the least shorter side of a reduced picture, in samples: twice the grid of the hash.
const reducedTarget = 2 * cellSide

// component is one colour plane of the file.
type component struct {
	id, h, v   int
	quant      *[64]uint16
	dc, ac     *huffman
	previous   int32 // DC of the block before
	stride     int   // samples per line
	lines      int
	samples    []uint8
	horizontal int // pixels per sample
	vertical   int
}

// jpegReader reads one file. Its memory serves the next file too: see jpegReaders.
type jpegReader struct {
	data       []byte
	at         int
	w, h       int
	scale      int // samples per 8 pixels
	quants     [4][64]uint16
	quantised  [4]bool // by number of the table: it was given
	dc, ac     [4]*huffman
	planes     int // colour planes of the file
	components [3]component
	maxH, maxV int
	restart    int  // blocks groups between restart markers, 0 for none
	adobe      int  // colour transform, -1 when not said
	exif       bool // a segment says EXIF
	bits       bitReader
	known      *huffmanTables

	// The raster and its memory.
	out    raster
	pixels [3][]uint8
	sums   []uint32
}

// jpegReaders lends readers. Without it a third of the time of a picture goes into fresh memory: a catalogue reads one after
// the other.
type jpegReaders struct {
	tables huffmanTables
	pool   sync.Pool
}

// read returns the planes of a baseline file. The caller gives the reader back when its raster is done with.
func (p *jpegReaders) read(data []byte) (*jpegReader, error) {
	j, _ := p.pool.Get().(*jpegReader)
	if j == nil {
		j = new(jpegReader)
	}
	j.reset(data, &p.tables)
	if err := j.read(); err != nil {
		p.giveBack(j)
		return nil, err
	}
	return j, nil
}

// giveBack takes a reader whose planes and raster nobody looks at any more.
func (p *jpegReaders) giveBack(j *jpegReader) {
	j.data, j.bits = nil, bitReader{}
	p.pool.Put(j)
}

// reset prepares the reader for a file and keeps its memory.
func (j *jpegReader) reset(data []byte, known *huffmanTables) {
	kept := *j
	*j = jpegReader{data: data, at: 2, adobe: -1, known: known, pixels: kept.pixels, sums: kept.sums}
	for i := range j.components {
		j.components[i].samples = kept.components[i].samples
	}
}

// read reads the whole file.
func (j *jpegReader) read() error {
	for {
		marker, body, err := j.segment()
		if err != nil {
			return err
		}
		switch {
		case marker == 0xc0:
			err = j.frame(body)
		case marker == 0xc4:
			err = j.tables(body)
		case marker == 0xdb:
			err = j.quantisers(body)
		case marker == 0xdd && len(body) == 2:
			j.restart = int(binary.BigEndian.Uint16(body))
		case marker == 0xee && len(body) >= 12 && string(body[:5]) == "Adobe":
			j.adobe = int(body[11])
		case marker == 0xda:
			return j.scan(body)
		case marker == 0xe1:
			j.exif = j.exif || bytes.Contains(body, []byte(exifMarks[formatJPEG]))
		case marker >= 0xe0 && marker <= 0xef || marker == 0xfe:
		default:
			err = errNotReduced
		}
		if err != nil {
			return err
		}
	}
}

// segment returns the next marker and what stands in its segment.
func (j *jpegReader) segment() (marker byte, body []byte, err error) {
	for j.at+4 <= len(j.data) && j.data[j.at] == 0xff && j.data[j.at+1] == 0xff {
		j.at++
	}
	if j.at+4 > len(j.data) || j.data[j.at] != 0xff {
		return 0, nil, errNotReduced
	}
	marker = j.data[j.at+1]
	n := int(binary.BigEndian.Uint16(j.data[j.at+2:]))
	if n < 2 || j.at+2+n > len(j.data) {
		return 0, nil, errNotReduced
	}
	body = j.data[j.at+4 : j.at+2+n]
	j.at += 2 + n
	return marker, body, nil
}

// frame reads a baseline frame header of one or three planes.
func (j *jpegReader) frame(b []byte) error {
	if len(b) < 6 || j.planes > 0 || b[0] != 8 {
		return errNotReduced
	}
	j.h, j.w = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	n := int(b[5])
	if n != 1 && n != 3 || len(b) != 6+3*n || j.w == 0 || j.h == 0 {
		return errNotReduced
	}
	switch short := min(j.w, j.h); {
	case short >= 8*reducedTarget:
		j.scale = 1
	case short >= 4*reducedTarget:
		j.scale = 2
	case short >= 2*reducedTarget:
		j.scale = 4
	default:
		return errNotReduced
	}
	j.planes = n
	for i := range n {
		c := &j.components[i]
		c.id, c.h, c.v = int(b[6+3*i]), int(b[7+3*i]>>4), int(b[7+3*i]&15)
		if n == 1 {
			c.h, c.v = 1, 1
		}
		q := b[8+3*i]
		if q > 3 || !j.quantised[q] || c.h != 1 && c.h != 2 || c.v != 1 && c.v != 2 {
			return errNotReduced
		}
		c.quant = &j.quants[q]
		j.maxH, j.maxV = max(j.maxH, c.h), max(j.maxV, c.v)
	}
	if first := j.components[0]; first.h != j.maxH || first.v != j.maxV {
		return errNotReduced
	}
	return nil
}

// quantisers reads 8-bit and 16-bit tables.
func (j *jpegReader) quantisers(b []byte) error {
	for len(b) > 0 {
		wide, id := int(b[0]>>4), b[0]&15
		if wide > 1 || id > 3 || len(b) < 1+64*(1+wide) {
			return errNotReduced
		}
		t := &j.quants[id]
		for i := range t {
			if wide == 1 {
				t[i] = binary.BigEndian.Uint16(b[1+2*i:])
			} else {
				t[i] = uint16(b[1+i])
			}
		}
		j.quantised[id] = true
		b = b[1+64*(1+wide):]
	}
	return nil
}

// tables reads Huffman tables.
func (j *jpegReader) tables(b []byte) error {
	for len(b) > 0 {
		if len(b) < 17 || b[0]>>4 > 1 || b[0]&15 > 3 {
			return errNotReduced
		}
		n := 0
		for _, c := range b[1:17] {
			n += int(c)
		}
		if n > 256 || len(b) < 17+n {
			return errNotReduced
		}
		t, err := j.known.table(b[1 : 17+n])
		if err != nil {
			return err
		}
		if b[0]>>4 == 0 {
			j.dc[b[0]&15] = t
		} else {
			j.ac[b[0]&15] = t
		}
		b = b[17+n:]
	}
	return nil
}

// scan reads the one scan of all planes and the end of the file behind it.
func (j *jpegReader) scan(b []byte) error {
	n := j.planes
	if n == 0 || len(b) != 1+2*n+3 || int(b[0]) != n || b[1+2*n] != 0 || b[2+2*n] != 63 || b[3+2*n] != 0 {
		return errNotReduced
	}
	if n == 3 && j.adobe == 0 { // red, green and blue
		return errNotReduced
	}
	groupsX, groupsY := (j.w+8*j.maxH-1)/(8*j.maxH), (j.h+8*j.maxV-1)/(8*j.maxV)
	for i := range n {
		c := &j.components[i]
		tables := b[2+2*i]
		if int(b[1+2*i]) != c.id || tables>>4 > 3 || tables&15 > 3 {
			return errNotReduced
		}
		c.dc, c.ac = j.dc[tables>>4], j.ac[tables&15]
		if c.dc == nil || c.ac == nil {
			return errNotReduced
		}
		c.stride, c.lines = groupsX*c.h*j.scale, groupsY*c.v*j.scale
		c.samples = resized(c.samples, c.stride*c.lines)
		c.horizontal, c.vertical = 8/j.scale*j.maxH/c.h, 8/j.scale*j.maxV/c.v
	}
	j.bits = bitReader{data: j.data, at: j.at}
	if err := j.groups(groupsX, groupsY); err != nil {
		return err
	}
	return j.bits.end()
}

// groups reads all groups of blocks (minimum coded units).
func (j *jpegReader) groups(nx, ny int) error {
	done := 0
	for y := range ny {
		for x := range nx {
			if j.restart > 0 && done > 0 && done%j.restart == 0 {
				if err := j.bits.restart(byte(done/j.restart-1) & 7); err != nil {
					return err
				}
				for i := range j.components {
					j.components[i].previous = 0
				}
			}
			for i := range j.planes {
				c := &j.components[i]
				for by := y * c.v; by < (y+1)*c.v; by++ {
					for bx := x * c.h; bx < (x+1)*c.h; bx++ {
						if !j.block(c, bx, by) {
							return errNotReduced
						}
					}
				}
			}
			done++
		}
	}
	return nil
}

// kept is how many coefficients in zigzag order each scale looks at; those beyond are passed over.
var kept = [5]int{1: 1, 2: 5, 4: 25}

// low holds the coefficients of a block that samples are made of: frequency u, v up to 3 at 4·v+u, and whatever else is read at
// the end.
type low [17]int32

// zigzag gives the place in low of the first coefficients.
var zigzag = [25]uint8{0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 16, 13, 10, 7, 16, 16, 16, 11, 14, 16, 16, 16, 16, 16, 15}

// block reads one block and writes its samples. It reports false for what is no block.
func (j *jpegReader) block(c *component, bx, by int) bool {
	var coefficients low
	last, ok := j.bits.block(c, kept[j.scale], &coefficients)
	if !ok {
		return false
	}
	at := (by*c.stride + bx) * j.scale
	switch {
	case last == 0:
		flat(c.samples[at:], c.stride, j.scale, coefficients[0])
	case j.scale == 2:
		quarters(c.samples[at:], c.stride, &coefficients)
	default:
		sixteenths(c.samples[at:], c.stride, &coefficients)
	}
	return true
}

// raster returns the picture as a raster, upright by the given EXIF orientation. It lies in the reader's memory.
func (j *jpegReader) raster(orientation int) *raster {
	long := max(j.w, j.h)
	side := min(rasterSide, (long*j.scale+4)/8)
	w, h := max(1, (j.w*side+long/2)/long), max(1, (j.h*side+long/2)/long)
	for i := range j.pixels {
		j.pixels[i] = resized(j.pixels[i], w*h)
		if i < j.planes {
			j.components[i].reduce(j.pixels[i], j.w, j.h, w, h)
			continue
		}
		for k := range j.pixels[i] {
			j.pixels[i][k] = 128
		}
	}
	j.out = raster{coarse: true, lent: j, sums: j.sums}
	j.out.upright(j.pixels, j.w, j.h, w, h, orientation)
	j.sums = j.out.sums
	return &j.out
}

// reduce writes the plane of a fullW×fullH picture as w×h samples.
func (c *component) reduce(dst []uint8, fullW, fullH, w, h int) {
	nx, ny := (fullW+c.horizontal-1)/c.horizontal, (fullH+c.vertical-1)/c.vertical
	dw, dh := min(w, nx), min(h, ny)
	if fullW == dw*c.horizontal && fullH == dh*c.vertical {
		spread(dst, c.samples, c.stride, dw, dh, w, h)
		return
	}
	r := newCoarseReducer(fullW, fullH, c.horizontal, c.vertical, dw, dh)
	for y := range ny {
		r.add(c.samples[y*c.stride:])
	}
	spread(dst, r.out, dw, dw, dh, w, h)
}

// resized returns b with n elements, whatever they are, and new memory when there is too little.
func resized[T any](b []T, n int) []T {
	if cap(b) < n {
		return make([]T, n)
	}
	return b[:n]
}
