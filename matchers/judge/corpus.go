package judge

import (
	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/words"
	"lookalike/matchers"
)

// rights is what the judge reads of a corpus: *matchers.Corpus, or a small one in memory in tests.
type rights interface {
	Info() matchers.Info
	NumRights() int
	NumSigns() int
	Links(sign uint32) []matchers.Link
	Columns(row uint32) *matchers.Columns
	Facts(sign uint32) *matchers.Facts
	SignText(sign uint32) string
	Office(i uint16) string
	MarketSet(i uint16) []corpora.Market
	Right(row uint32) (corpora.Right, error)
	AppendGoods(dst []byte, row uint32) ([]byte, error)
}

// goodsTable is what the judge asks of *goods.Table.
type goodsTable interface {
	Classify(category, title string) goods.Answer
	RelatedClasses(a, b uint8) bool
	KindsOf(goods string) []string
	SimilarKinds(a, b string) bool
	Locarno(code string) (goods.LocarnoClass, bool)
	LocarnoOf(kind string) []string
}

// marketTable is what the judge asks of *market.Table.
type marketTable interface {
	Codes() []corpora.Market
	All() []corpora.Market
	Counts(office string, markets []corpora.Market, m corpora.Market) (counts, national bool)
	GraceMonths(office string) int
	ReadsHan(m corpora.Market) bool
	Languages(m corpora.Market) []string
}

// dictionary is what the judge asks of *words.Tables.
type dictionary interface {
	Dictionaries(key string) words.Set
}
