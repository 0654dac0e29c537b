package text

import (
	"context"
	"runtime"
	"sync"

	"lookalike/matchers"
	"lookalike/matchers/core"
)

// Survey counts for every sign how many others lie in its neighbourhood: the Neighbours of its facts. It searches with
// each sign as if it were a text, on all processors; the counts do not depend on their number.
func (b *builder) Survey(ctx context.Context, facts []matchers.Facts) error {
	if b.marks.Len() == 0 {
		return nil
	}
	b.edit = core.BuildEdits(&b.marks)
	edits, err := core.NewEdits(&b.marks, b.edit)
	if err != nil {
		return err
	}
	workers := runtime.GOMAXPROCS(0)
	n := b.marks.Len()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { b.count(ctx, edits, facts, n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
	return context.Cause(ctx)
}

// count surveys a range of forms.
func (b *builder) count(ctx context.Context, edits *core.Edits, facts []matchers.Facts, from, to int) {
	var s core.Scratch
	var found []core.Match
	text := core.Text{Tokens: make([]core.Span, 1), Short: 1}
	for i := from; i < to; i++ {
		if b.traits[i] != 0 {
			continue
		}
		if i%1024 == 0 && ctx.Err() != nil {
			return
		}
		text.Runes = b.marks.At(uint32(i))
		text.Tokens[0].To = uint32(len(text.Runes))
		found = edits.Search(&s, &text, found[:0])
		if sign := int(b.signs[i]); sign < len(facts) {
			facts[sign].Neighbours = uint32(len(found))
		}
	}
}
