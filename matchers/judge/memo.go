package judge

import (
	"hash/maphash"
	"math/bits"
	"sync/atomic"

	"lookalike/corpora"
	"lookalike/corpora/goods"
)

// memo remembers answers of a pure function by number. It has a fixed number of places; an answer takes the place of an
// earlier one, so that a verdict never depends on what is remembered. It is safe for concurrent use.
type memo[T any] struct {
	places []atomic.Pointer[remembered[T]]
	mask   uint32
}

type remembered[T any] struct {
	key    uint32
	answer T
}

// newMemo makes a memo for numbers below n with at most most places, a power of two.
func newMemo[T any](n, most int) memo[T] {
	size := 1 << bits.Len(uint(max(n, 2)-1))
	size = min(size, most)
	return memo[T]{places: make([]atomic.Pointer[remembered[T]], size), mask: uint32(size - 1)}
}

func (m *memo[T]) get(key uint32) (answer T, ok bool) {
	if r := m.places[key&m.mask].Load(); r != nil && r.key == key {
		return r.answer, true
	}
	return answer, false
}

func (m *memo[T]) put(key uint32, answer T) {
	m.places[key&m.mask].Store(&remembered[T]{key, answer})
}

// knownRight is a decoded right with what identifies it in fingerprints and what a report says of it, but for its corpus,
// its status on the day and its other rights. All of it is read only.
type knownRight struct {
	right    corpora.Right
	identity string
	ref      RightRef
}

// categories remembers how categories are classified: a feed names few of them, each many times.
type categories struct {
	places []atomic.Pointer[knownCategory]
}

type knownCategory struct {
	category string
	answer   goods.Answer
	named    []string      // see namedKinds
	decides  bool          // the title is not asked
	goods    *listingGoods // of a listing whose classes nobody gives, where the category decides
}

// goodsText is a text of goods with the kinds that it names.
type goodsText struct {
	text  string
	kinds []string
}

// Bounds of what is remembered: places, all powers of two, and the bytes of a category and of a text of goods.
const (
	mostGoodsTexts = 1 << 12
	mostSigns      = 1 << 17
	mostKinds      = 1 << 17
	mostRights     = 1 << 12
	mostCategories = 1 << 10
	mostCategory   = 512
	mostGoodsText  = 1024
)

func newCategories() categories {
	return categories{places: make([]atomic.Pointer[knownCategory], mostCategories)}
}

// category asks the goods table for a category without a title, only once while it is remembered. The table looks at the
// title only when the category says nothing.
func (j *Judge) category(category string) *knownCategory {
	if category == "" || len(category) > mostCategory {
		return j.newCategory(category)
	}
	at := &j.categories.places[maphash.String(j.seed, category)%mostCategories]
	k := at.Load()
	if k == nil || k.category != category {
		k = j.newCategory(category)
		at.Store(k)
	}
	return k
}

func (j *Judge) newCategory(category string) *knownCategory {
	if category == "" {
		return &knownCategory{}
	}
	k := &knownCategory{category: category, answer: j.goods.Classify(category, ""), named: j.namedKinds(category)}
	if k.decides = len(k.answer.Classes) > 0 || k.answer.Words != ""; k.decides {
		k.goods = newGoods(k.answer, k.named, nil)
	}
	return k
}
