package words

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"sort"
	"strings"
)

// The dictionary is a sorted list of words in blocks of 16, front-coded, so that loading it costs a check of its block
// table and no allocation:
//
//	"LKWD" | version u32 | words u32 | blocks u32 | block offsets u32 … | set count u32 | sets u16 … | blocks
//
// A block holds its words in order: length of the prefix shared with the word before (0 for the first), length of the
// rest, index of the set (one byte each), the rest. Numbers are little-endian.
const (
	dictMagic   = "LKWD"
	dictVersion = 1
	blockWords  = 16
	// MaxWord is the longest word in bytes that a dictionary holds.
	MaxWord = 255
)

var errDictionary = errors.New("words: the embedded dictionary is damaged")

// dictionary is a decoded view of the format; it holds no copy of the words.
type dictionary struct {
	words   int
	offsets []uint32 // of each block in data
	sets    []Set
	data    string
}

// EncodeDictionary writes words, which must be folded and at most MaxWord bytes long, in the embedded form. It is for the
// generator; there must be at most 256 distinct sets.
func EncodeDictionary(words map[string]Set) []byte {
	keys := slices.Sorted(maps.Keys(words))
	sets := []Set{}
	index := map[Set]byte{}
	for _, s := range slices.Sorted(maps.Values(words)) {
		if _, ok := index[s]; !ok {
			index[s] = byte(len(sets))
			sets = append(sets, s)
		}
	}
	var blocks []byte
	var offsets []uint32
	prev := ""
	for i, k := range keys {
		if i%blockWords == 0 {
			offsets = append(offsets, uint32(len(blocks)))
			prev = ""
		}
		n := sharedPrefix(prev, k)
		blocks = append(blocks, byte(n), byte(len(k)-n), index[words[k]])
		blocks = append(blocks, k[n:]...)
		prev = k
	}
	le := binary.LittleEndian
	out := []byte(dictMagic)
	out = le.AppendUint32(out, dictVersion)
	out = le.AppendUint32(out, uint32(len(keys)))
	out = le.AppendUint32(out, uint32(len(offsets)))
	for _, o := range offsets {
		out = le.AppendUint32(out, o)
	}
	out = le.AppendUint32(out, uint32(len(sets)))
	for _, s := range sets {
		out = le.AppendUint16(out, uint16(s))
	}
	return append(out, blocks...)
}

func sharedPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// openDictionary reads the head and checks that every block lies within s.
func openDictionary(s string) (dictionary, error) {
	var d dictionary
	u32 := func() (uint32, bool) {
		if len(s) < 4 {
			return 0, false
		}
		v := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
		s = s[4:]
		return v, true
	}
	rest, ok := strings.CutPrefix(s, dictMagic)
	s = rest
	version, ok1 := u32()
	count, ok2 := u32()
	blocks, ok3 := u32()
	if !ok || !ok1 || !ok2 || !ok3 || version != dictVersion || uint64(blocks)*4 > uint64(len(s)) ||
		uint64(blocks) != (uint64(count)+blockWords-1)/blockWords {
		return d, errDictionary
	}
	d.words = int(count)
	d.offsets = make([]uint32, blocks)
	for i := range d.offsets {
		d.offsets[i], _ = u32()
	}
	sets, ok := u32()
	if !ok || sets > 256 || uint64(sets)*2 > uint64(len(s)) {
		return d, errDictionary
	}
	d.sets = make([]Set, sets)
	for i := range d.sets {
		d.sets[i] = Set(s[2*i]) | Set(s[2*i+1])<<8
	}
	d.data = s[2*sets:]
	for i, o := range d.offsets {
		if int64(o) >= int64(len(d.data)) || i > 0 && o <= d.offsets[i-1] {
			return d, errDictionary
		}
	}
	return d, nil
}

// look returns the set of key, 0 when no dictionary holds it. It allocates nothing.
func (d *dictionary) look(key string) Set {
	if key == "" || len(key) > MaxWord {
		return 0
	}
	b := sort.Search(len(d.offsets), func(i int) bool { return d.head(i) > key }) - 1
	if b < 0 {
		return 0
	}
	r := d.reader(b)
	for r.next() {
		switch word := r.word[:r.n]; {
		case string(word) == key:
			return r.set
		case string(word) > key:
			return 0
		}
	}
	return 0
}

// head returns the first word of block i.
func (d *dictionary) head(i int) string {
	s := d.data[d.offsets[i]:]
	if len(s) < 3 || len(s) < 3+int(s[1]) {
		return ""
	}
	return s[3 : 3+int(s[1])]
}

// blockReader reads the words of one block in order.
type blockReader struct {
	rest string
	sets []Set
	word [MaxWord]byte
	n    int // length of the word that next read
	set  Set
}

func (d *dictionary) reader(i int) blockReader {
	end := len(d.data)
	if i+1 < len(d.offsets) {
		end = int(d.offsets[i+1])
	}
	return blockReader{rest: d.data[d.offsets[i]:end], sets: d.sets}
}

// next reads a word and reports whether there was one. A damaged block ends.
func (r *blockReader) next() bool {
	s := r.rest
	if len(s) < 3 {
		return false
	}
	shared, rest, set := int(s[0]), int(s[1]), int(s[2])
	if shared > r.n || len(s) < 3+rest || shared+rest > MaxWord || set >= len(r.sets) {
		return false
	}
	copy(r.word[shared:], s[3:3+rest])
	r.n, r.set, r.rest = shared+rest, r.sets[set], s[3+rest:]
	return true
}
