package image

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// lookupBits is how many bits of a code are looked up at once. Longer codes are rare.
const lookupBits = 10

// skipBits is how many bits are looked up at once where coefficients are passed over: two or three of them.
const skipBits = 13

// huffman is one table of codes.
type huffman struct {
	lookup [1 << lookupBits]uint16 // length of the code in the high byte, 0 for a longer one; symbol in the low byte
	skips  [1 << skipBits]skipped
	first  [17]int32 // least code of each length
	last   [17]int32 // greatest, -1 for none
	index  [17]int32 // of the symbol of first
	symbol []uint8
}

// skipped says what the next skipBits bits hold of coefficients, their values included: in the low five bits how many bits
// the whole ones take, then how many places of the block they fill, at the top whether the block ends with them. 0 stands
// for a code that is too long.
type skipped uint16

const (
	skipLength = 1<<5 - 1
	skipPlaces = 5
	skipEnd    = 1 << 15
)

// maxHuffmanTables bounds the tables that are remembered: 18 kB each. Most files have the four of T.81, annex K.
const maxHuffmanTables = 64

// huffmanTables remembers tables by what a file says of them. It is safe for concurrent use.
type huffmanTables struct {
	mu    sync.Mutex
	known map[string]*huffman
}

// table returns the table of 16 counts, of codes of each length, and the symbols.
func (k *huffmanTables) table(spec []byte) (*huffman, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.known[string(spec)]; t != nil {
		return t, nil
	}
	own := bytes.Clone(spec)
	t, err := newHuffman(own[:16], own[16:])
	if err != nil {
		return nil, err
	}
	if k.known == nil || len(k.known) >= maxHuffmanTables {
		k.known = make(map[string]*huffman)
	}
	k.known[string(spec)] = t
	return t, nil
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
	for w := range t.skips {
		t.skips[w] = t.skip(uint32(w))
	}
	return t, nil
}

// skip returns what a window of skipBits bits holds of coefficients.
func (t *huffman) skip(window uint32) skipped {
	used, places := 0, 0
	for used < skipBits {
		e := t.lookup[window<<used&(1<<skipBits-1)>>(skipBits-lookupBits)]
		n, s := int(e>>8), uint8(e)
		if n == 0 || used+n > skipBits {
			break
		}
		size, run := int(s&15), int(s>>4)
		if size == 0 && run != 15 {
			return skipped(used+n|(places+1)<<skipPlaces) | skipEnd
		}
		if places+run+1 > 63 || used+n+size > skipLength {
			break
		}
		used, places = used+n+size, places+run+1
	}
	return skipped(used | places<<skipPlaces)
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

// plainBytes returns the eight bytes at a place, and whether all are there and none is 0xff, which stands for something else.
func plainBytes(data []byte, at int) (v uint64, ok bool) {
	if at+8 > len(data) {
		return 0, false
	}
	v = binary.BigEndian.Uint64(data[at:])
	return v, (^v-0x0101010101010101)&v&0x8080808080808080 == 0
}

// fill makes at least 57 bits ready, byte by byte.
func (b *bitReader) fill() {
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

// block reads one block: the first coefficient, which is told as a difference, and those of the others that lie before limit
// in zigzag order, times their quantisers. It returns the last that is kept and not 0. The bits stay in registers; several
// coefficients that are not kept are dropped at a time.
func (b *bitReader) block(c *component, limit int, kept *low) (last int, ok bool) {
	acc, n, at := b.acc, b.n, b.at
	if n < 32 {
		if v, ok := plainBytes(b.data, at); ok {
			// Bytes that find no room stand in acc behind the n bits, where the next filling puts the same once more.
			acc, at, n = acc|v>>n, at+(63-n)>>3, n|56
		} else {
			b.acc, b.n, b.at = acc, n, at
			b.fill()
			acc, n, at = b.acc, b.n, b.at
		}
	}
	length, s := c.dc.code(acc)
	if length == 0 || s > 11 {
		return 0, false
	}
	acc <<= length
	if s > 0 {
		c.previous += signed(acc, int(s))
		acc <<= s
	}
	n -= length + int(s)
	kept[0] = c.previous * int32(c.quant[0])
	t, k := c.ac, 1
	for k < 64 {
		if n < 32 {
			if v, ok := plainBytes(b.data, at); ok {
				acc, at, n = acc|v>>n, at+(63-n)>>3, n|56
			} else {
				b.acc, b.n, b.at = acc, n, at
				b.fill()
				acc, n, at = b.acc, b.n, b.at
			}
		}
		if k >= limit {
			if e := t.skips[acc>>(64-skipBits)]; e != 0 {
				if next := k + int(e&^skipEnd)>>skipPlaces; next <= 64 {
					acc <<= e & skipLength
					n -= int(e & skipLength)
					if k = next; e&skipEnd != 0 {
						break
					}
					continue
				}
			}
		}
		length, s := t.code(acc)
		if length == 0 {
			return 0, false
		}
		size := int(s & 15)
		acc <<= length
		n -= length + size
		if size == 0 {
			if s != 0xf0 {
				break
			}
			k += 16
			continue
		}
		if k += int(s >> 4); k > 63 {
			return 0, false
		}
		if k < limit {
			kept[zigzag[k]] = signed(acc, size) * int32(c.quant[k])
			last = k
		}
		acc <<= size
		k++
	}
	b.acc, b.n, b.at = acc, n, at
	if n < b.extra {
		b.over = true
	}
	return last, n >= b.extra
}

// signed returns the first size bits of acc, 1 to 16, as a signed number: its upper half is positive, its lower half is
// negative.
func signed(acc uint64, size int) int32 {
	lower := int32(^acc >> 63) // 1 in the lower half; a branch would be wrong every second time
	return int32(acc>>(64-size)) - lower<<size + lower
}

// code reads the code at the top of acc; its length is 0 when there is none.
func (t *huffman) code(acc uint64) (length int, symbol uint8) {
	if e := t.lookup[acc>>(64-lookupBits)]; e != 0 {
		return int(e >> 8), uint8(e)
	}
	symbol, length = t.long(acc)
	return length, symbol
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
func quarters(dst []uint8, stride int, c *low) {
	const dcdc, dcac, acac = meanDC * meanDC, meanDC * half, half * half
	a, b := int64(c[0])*dcdc, int64(c[5])*acac
	h, v := int64(c[1])*dcac, int64(c[4])*dcac
	dst[0], dst[1] = sample(a+h+v+b), sample(a-h+v-b)
	dst[stride], dst[stride+1] = sample(a+h-v-b), sample(a-h-v+b)
}

// pairs is the weight of frequency u in the average of samples 2x and 2x+1 of 8, for the first two pairs; the other two
// mirror them with the sign of the parity of u: (cos((4x+1)uπ/16)+cos((4x+3)uπ/16))/4, over √2 for u = 0.
var pairs = [2][4]int64{{meanDC, 1856, 1338, 652}, {meanDC, 769, -1338, -1573}}

// sixteenths writes the averages of the sixteen 2×2 squares of a block, from frequencies up to 3 in each direction.
func sixteenths(dst []uint8, stride int, c *low) {
	var rows [4][4]int64 // by vertical frequency and pair
	for v := range rows {
		c := c[4*v : 4*v+4]
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
