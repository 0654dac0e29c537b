package image

import (
	"encoding/binary"
	"errors"

	"lookalike/matchers"
)

// The stored form of features, little-endian: the number of pictures, then for each a byte, 0 for one that was not read,
// else 1 and: SHA-256, hash, width, height, number of regions, number of logos, the regions (edit, box, hashes, detail)
// and the logos (kind, box, edges, mask, width, height). Numbers and coordinates take 4 bytes, sides of ink two, counts, edits
// and kinds one.

// errFeatures says that stored features are not what Append writes.
var errFeatures = errors.New("image: stored features are damaged")

// Append appends the stored form of the features to dst.
func (f *Features) Append(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(f.pics)))
	for _, p := range f.pics {
		if p == nil {
			dst = append(dst, 0)
			continue
		}
		dst = p.append(append(dst, 1))
	}
	return dst
}

func (p *picture) append(dst []byte) []byte {
	le := binary.LittleEndian
	dst = append(append(dst, p.facts.SHA256[:]...), p.facts.Hash[:]...)
	dst = le.AppendUint32(le.AppendUint32(dst, uint32(p.facts.Width)), uint32(p.facts.Height))
	dst = append(dst, uint8(len(p.regions)), uint8(len(p.logos)))
	for _, r := range p.regions {
		dst = appendBox(append(dst, uint8(r.edit)), r.box)
		for _, h := range r.hashes[:r.turns()] {
			dst = append(dst, words(h[:])...)
		}
		dst = append(append(append(dst, r.detail.Luma[:]...), r.detail.Cb[:]...), r.detail.Cr[:]...)
	}
	for _, l := range p.logos {
		dst = append(appendBox(append(dst, uint8(l.kind)), l.box), l.mark.Edges[:]...)
		dst = append(dst, words(l.mark.Mask[:])...)
		dst = le.AppendUint16(le.AppendUint16(dst, l.mark.Width), l.mark.Height)
	}
	return dst
}

// words returns 64-bit words as bytes.
func words(w []uint64) []byte {
	b := make([]byte, 0, 8*len(w))
	for _, v := range w {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

// hashBytes returns the 32 bytes of a hash.
func hashBytes(h hash) (b [32]byte) {
	copy(b[:], words(h[:]))
	return b
}

func appendBox(dst []byte, b box) []byte {
	for _, v := range [4]int{b.x0, b.y0, b.x1, b.y1} {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
	}
	return dst
}

// errShallow says that stored features lack what Options.Deep asks for.
var errShallow = errors.New("image: local features are not stored")

// Load takes what Append wrote. With Options.Deep it returns an error: local features are not stored.
func (f *Features) Load(b []byte) error {
	f.reset()
	if f.kind.deep {
		return errShallow
	}
	d := decoder{b: b}
	for n := d.uint32(); n > 0 && !d.bad; n-- {
		switch d.uint8() {
		case 0:
			f.add(nil)
		case 1:
			f.add(d.picture())
		default:
			d.bad = true
		}
	}
	if d.bad || len(d.b) > 0 || len(f.pics) > maxPictures {
		f.reset()
		return errFeatures
	}
	return nil
}

// decoder reads the stored form. After the first fault it returns zeros and bad stays set.
type decoder struct {
	b   []byte
	bad bool
}

// zeros stands in for bytes that are missing.
var zeros [max(logoDims, detailSide*detailSide)]byte

// take returns the next n bytes, at most len(zeros).
func (d *decoder) take(n int) []byte {
	if d.bad || len(d.b) < n {
		d.bad = true
		return zeros[:n]
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) uint8() uint8   { return d.take(1)[0] }
func (d *decoder) uint16() uint16 { return binary.LittleEndian.Uint16(d.take(2)) }
func (d *decoder) uint32() uint32 { return binary.LittleEndian.Uint32(d.take(4)) }
func (d *decoder) uint64() uint64 { return binary.LittleEndian.Uint64(d.take(8)) }

// box reads a box that lies within the largest picture.
func (d *decoder) box() box {
	x0, y0, x1, y1 := d.uint32(), d.uint32(), d.uint32(), d.uint32()
	if max(x0, y0, x1, y1) > maxSide || x0 >= x1 || y0 >= y1 {
		d.bad = true
		return box{}
	}
	return box{int(x0), int(y0), int(x1), int(y1)}
}

func (d *decoder) picture() *picture {
	p := &picture{facts: matchers.PictureFacts{OK: true}}
	copy(p.facts.SHA256[:], d.take(32))
	copy(p.facts.Hash[:], d.take(32))
	w, h := d.uint32(), d.uint32()
	if max(w, h) > maxSide {
		d.bad = true
	}
	p.facts.Width, p.facts.Height = int(w), int(h)
	regions, logos := d.uint8(), d.uint8()
	for ; regions > 0 && !d.bad; regions-- {
		r := region{edit: matchers.EditKind(d.uint8()), box: d.box()}
		for i := range r.turns() {
			for w := range r.hashes[i] {
				r.hashes[i][w] = d.uint64()
			}
		}
		for _, plane := range [][]byte{r.detail.Luma[:], r.detail.Cb[:], r.detail.Cr[:]} {
			copy(plane, d.take(len(plane)))
		}
		p.regions = append(p.regions, r)
	}
	for ; logos > 0 && !d.bad; logos-- {
		l := logoRegion{kind: logoKind(d.uint8()), box: d.box()}
		d.bad = d.bad || l.kind >= logoKinds
		copy(l.mark.Edges[:], d.take(logoDims))
		for i := range l.mark.Mask {
			l.mark.Mask[i] = d.uint64()
		}
		for _, e := range l.mark.Edges {
			l.mark.Norm += uint32(e) * uint32(e)
		}
		l.mark.Width, l.mark.Height = d.uint16(), d.uint16()
		p.logos = append(p.logos, l)
	}
	return p
}
