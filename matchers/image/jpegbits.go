package image

import "encoding/binary"

// lookupBits is how many bits of a code are looked up at once. Longer codes are rare.
const lookupBits = 10

// huffman is one table of codes.
type huffman struct {
	lookup [1 << lookupBits]uint16 // length of the code in the high byte, 0 for a longer one; symbol in the low byte
	first  [17]int32               // least code of each length
	last   [17]int32               // greatest, -1 for none
	index  [17]int32               // of the symbol of first
	symbol []uint8
}

// newHuffman returns the table of the given number of codes of each length.
func newHuffman(counts, symbols []byte) (*huffman, error) {
	t := &huffman{symbol: symbols}
	code, k := int32(0), int32(0)
	for n := 1; n <= 16; n++ {
		t.first[n], t.index[n], t.last[n] = code, k, -1
		if c := int32(counts[n-1]); c > 0 {
			t.last[n] = code + c - 1
			if t.last[n] >= 1<<n {
				return nil, errNotReduced
			}
			if n <= lookupBits {
				for i := range c {
					entry := uint16(n)<<8 | uint16(symbols[k+i])
					shift := lookupBits - n
					for fill := range int32(1) << shift {
						t.lookup[(code+i)<<shift|fill] = entry
					}
				}
			}
			code += c
			k += c
		}
		code <<= 1
	}
	return t, nil
}

// bitReader reads the entropy-coded bytes. At a marker or the end of the data it goes on with zeros, and over is set once
// more bits were used than there were.
type bitReader struct {
	data  []byte
	at    int
	acc   uint64 // the next bits, from the top
	n     int    // how many of them; below 0 never
	extra int    // of them made up behind the data
	over  bool
}

// fill makes at least 32 bits ready. Four bytes without 0xff are taken at a time.
func (b *bitReader) fill() {
	if b.n <= 32 && b.at+4 <= len(b.data) {
		if v := binary.BigEndian.Uint32(b.data[b.at:]); (^v-0x01010101)&v&0x80808080 == 0 {
			b.acc |= uint64(v) << (32 - b.n)
			b.n += 32
			b.at += 4
			return
		}
	}
	for b.n <= 56 {
		v := byte(0)
		switch {
		case b.at >= len(b.data):
			b.extra += 8
		case b.data[b.at] != 0xff:
			v = b.data[b.at]
			b.at++
		case b.at+1 < len(b.data) && b.data[b.at+1] == 0:
			v = 0xff
			b.at += 2
		default: // a marker
			b.extra += 8
		}
		b.acc |= uint64(v) << (56 - b.n)
		b.n += 8
	}
}

// skip drops n bits, at most 16.
func (b *bitReader) skip(n int) {
	b.acc <<= n
	if b.n -= n; b.n < b.extra {
		b.over = true
	}
}

// symbol reads one code. After it at least 16 bits are ready.
func (b *bitReader) symbol(t *huffman) (uint8, bool) {
	if b.n < 32 {
		b.fill()
	}
	if e := t.lookup[b.acc>>(64-lookupBits)]; e != 0 {
		b.skip(int(e >> 8))
		return uint8(e), true
	}
	s, n := t.long(b.acc)
	b.skip(n)
	return s, n > 0
}

// value reads a signed number of n bits, 0 to 16: its upper half is positive, its lower half is negative.
func (b *bitReader) value(n int) int32 {
	if n == 0 {
		return 0
	}
	v := int32(b.acc >> (64 - n))
	b.skip(n)
	if v < 1<<(n-1) {
		v += -1<<n + 1
	}
	return v
}

// frequencies reads the coefficients behind the first of a block, keeps those before limit in zigzag order, and returns the
// last that is kept and not 0. The bits stay in registers; those of coefficients that are not kept are dropped with their
// code.
func (b *bitReader) frequencies(c *component, limit int, kept *[64]int32) (last int, ok bool) {
	acc, n, t := b.acc, b.n, c.ac
	for k := 1; k < 64; k++ {
		if n < 32 {
			b.acc, b.n = acc, n
			b.fill()
			acc, n = b.acc, b.n
		}
		e := t.lookup[acc>>(64-lookupBits)]
		length, s := int(e>>8), uint8(e)
		if e == 0 {
			if s, length = t.long(acc); length == 0 {
				return 0, false
			}
		}
		size := int(s & 15)
		if size == 0 {
			acc <<= length
			n -= length
			if s != 0xf0 {
				break
			}
			k += 15
			continue
		}
		if k += int(s >> 4); k >= limit {
			if k > 63 {
				return 0, false
			}
			acc <<= length + size
			n -= length + size
			continue
		}
		acc <<= length
		v := int32(acc >> (64 - size))
		if v < 1<<(size-1) {
			v += -1<<size + 1
		}
		acc <<= size
		n -= length + size
		kept[zigzag[k]] = v * int32(c.quant[k])
		last = k
	}
	b.acc, b.n = acc, n
	return last, n >= b.extra
}

// long reads a code that is longer than lookupBits from the top of acc; its length is 0 when there is none.
func (t *huffman) long(acc uint64) (symbol uint8, length int) {
	for n := lookupBits + 1; n <= 16; n++ {
		if code := int32(acc >> (64 - n)); code <= t.last[n] {
			return t.symbol[t.index[n]+code-t.first[n]], n
		}
	}
	return 0, 0
}

// restart passes the marker RSTk that must follow.
func (b *bitReader) restart(k byte) error {
	if b.over || b.at+2 > len(b.data) || b.data[b.at] != 0xff || b.data[b.at+1] != 0xd0+k {
		return errNotReduced
	}
	*b = bitReader{data: b.data, at: b.at + 2}
	return nil
}

// end checks that the end of the file follows.
func (b *bitReader) end() error {
	if b.over || b.at+2 > len(b.data) || b.data[b.at] != 0xff || b.data[b.at+1] != 0xd9 {
		return errNotReduced
	}
	return nil
}

// fixed is the fraction bits of the weights below.
const fixed = 12

// level turns a sum of 2·fixed fraction bits, over 8 as the transform has it, into a sample.
func sample(sum int64) uint8 {
	v := (sum+1<<(2*fixed-1))>>(2*fixed) + 128
	return uint8(max(0, min(255, v)))
}

// flat writes a block of scale×scale samples that has a DC coefficient alone.
func flat(dst []uint8, stride, scale int, dc int32) {
	v := sample(int64(dc) << (2*fixed - 3))
	for y := range scale {
		for x := range scale {
			dst[y*stride+x] = v
		}
	}
}

// meanDC is the weight of frequency 0 in any average of samples of a line of 8: 1/√8.
const meanDC = 1448

// half is the weight of frequency 1 in the average of the first four samples of 8: Σcos((2n+1)π/16)/8.
const half = 1312

// quarters writes the averages of the four quarters of a block, from frequencies up to 1 in each direction.
func quarters(dst []uint8, stride int, c *[64]int32) {
	const dcdc, dcac, acac = meanDC * meanDC, meanDC * half, half * half
	a, b := int64(c[0])*dcdc, int64(c[9])*acac
	h, v := int64(c[1])*dcac, int64(c[8])*dcac
	dst[0], dst[1] = sample(a+h+v+b), sample(a-h+v-b)
	dst[stride], dst[stride+1] = sample(a+h-v-b), sample(a-h-v+b)
}

// pairs is the weight of frequency u in the average of samples 2x and 2x+1 of 8, for the first two pairs; the other two
// mirror them with the sign of the parity of u: (cos((4x+1)uπ/16)+cos((4x+3)uπ/16))/4, over √2 for u = 0.
var pairs = [2][4]int64{{meanDC, 1856, 1338, 652}, {meanDC, 769, -1338, -1573}}

// sixteenths writes the averages of the sixteen 2×2 squares of a block, from frequencies up to 3 in each direction.
func sixteenths(dst []uint8, stride int, c *[64]int32) {
	var rows [4][4]int64 // by vertical frequency and pair
	for v := range rows {
		c := c[8*v : 8*v+4]
		for x := range 2 {
			even := int64(c[0])*pairs[x][0] + int64(c[2])*pairs[x][2]
			odd := int64(c[1])*pairs[x][1] + int64(c[3])*pairs[x][3]
			rows[v][x], rows[v][3-x] = even+odd, even-odd
		}
	}
	for y := range 2 {
		for x := range 4 {
			even := rows[0][x]*pairs[y][0] + rows[2][x]*pairs[y][2]
			odd := rows[1][x]*pairs[y][1] + rows[3][x]*pairs[y][3]
			dst[y*stride+x], dst[(3-y)*stride+x] = sample(even+odd), sample(even-odd)
		}
	}
}
