package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/starter"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/image"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
	"lookalike/scanner"
	"lookalike/scanner/policy"
	"lookalike/scanner/report"
)

// kinds are the ways of matching. One value serves all corpora of a run, so that features are prepared once.
type kinds struct {
	text  text.Kind
	image *image.Kind
}

// newKinds returns the kinds; deep runs the slow lanes of pictures too.
func newKinds(deep bool) kinds {
	return kinds{text.New(), image.New(image.Options{Deep: deep})}
}

// all returns the kinds in the order of reports.
func (k kinds) all() []matchers.Kind { return []matchers.Kind{k.text, k.image} }

// scanEngine is what listings are scanned with: opened corpora, the judge over them, and the settings that reports name.
type scanEngine struct {
	kinds   kinds
	corpora []*matchers.Corpus
	names   []string
	judge   *judge.Judge
	config  judge.Config
	id      string // of the configuration
	failOn  scanner.FailOn
	deep    bool
	onBatch func(listings int)
	policy  *policy.Policy // nil for none

	policyID   string             // of the configuration of the policies, "" without any
	background *policy.Background // nil for none

	over    scanner.Policy // takes the place of policy; nil for none
	listAll bool           // findings for listings without a match too
	closers []func() error // of what is open beside the corpora

	annotators []*annotator                                  // of --annotate and --split
	keep       func(context.Context, *corpora.Listing) error // nil for none
	also       report.Writer                                 // takes what the outputs take; nil for none
}

// every reports whether a sink wants every listing.
func (e *scanEngine) every() bool { return len(e.annotators) > 0 }

// open opens the corpora of f and builds the judge over them.
func (a *app) open(ctx context.Context, f *scanFlags) (*scanEngine, error) {
	cfg, err := f.judgeConfig(a)
	if err != nil {
		return nil, err
	}
	e := &scanEngine{kinds: newKinds(f.deep), config: cfg, deep: f.deep}
	if e.failOn, err = scanner.ParseFailOn(f.failOn); err != nil {
		return nil, usage("fail_on", "value", f.failOn)
	}
	switch {
	case f.top < 0:
		return nil, usage("negative", "flag", "--top", "value", f.top)
	case f.maxCorpusAge < 0:
		return nil, usage("negative", "flag", "--max-corpus-age", "value", f.maxCorpusAge)
	}
	if f.maxIncomplete < 0 || f.maxIncomplete > 1 {
		return nil, usage("share", "flag", "--max-incomplete", "value", f.maxIncomplete)
	}
	if err := cmp.Or(e.openCorpora(f.corpus), e.tooOld(f)); err != nil {
		e.close()
		return nil, err
	}
	tables, err := loadTables()
	if err != nil {
		e.close()
		return nil, err
	}
	if f.background != "" {
		if e.background, err = readBackground(f.background); err != nil {
			e.close()
			return nil, err
		}
		tables.Background = e.background.Share
	}
	if e.judge, err = judge.New(cfg, e.corpora, tables); err != nil {
		e.close()
		return nil, usage("judge", "reason", err.Error())
	}
	if e.policy, err = a.policy(&f.policy, e); err != nil {
		e.close()
		return nil, err
	}
	if e.id, err = e.identity(cfg); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// loadTables decodes the embedded data.
func loadTables() (judge.Tables, error) {
	var t judge.Tables
	var err1, err2, err3 error
	t.Goods, err1 = goods.Load()
	t.Markets, err2 = market.Load()
	t.Words, err3 = words.Load()
	return t, errors.Join(err1, err2, err3)
}

// openCorpora opens the named corpus files, or the embedded starter when none is named.
func (e *scanEngine) openCorpora(paths []string) error {
	if len(paths) == 0 {
		s, err := starter.Open()
		if err != nil {
			return newFault(exitInternal, "failed", "reason", err.Error())
		}
		return e.add("starter", "starter", s)
	}
	for _, path := range paths {
		s, err := openSnapshot(path)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		if err := e.add(path, name, s); err != nil {
			return err
		}
	}
	return nil
}

// openSnapshot maps the corpus file at path. A file that does not exist is a wrong call, one that is damaged a wrong
// corpus.
func openSnapshot(path string) (*snapshot.File, error) {
	s, err := snapshot.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("no_file", "name", path)
	case err != nil:
		return nil, newFault(exitCorpus, "corpus_damaged", "name", path, "reason", err.Error())
	}
	return s, nil
}

// add checks the sections of s and opens its matchers.
func (e *scanEngine) add(path, name string, s *snapshot.File) error {
	if err := s.CheckSums(); err != nil {
		_ = s.Close()
		return newFault(exitCorpus, "corpus_damaged", "name", path, "reason", err.Error())
	}
	c, err := matchers.Open(s, e.kinds.all())
	if err != nil {
		_ = s.Close()
		return newFault(exitCorpus, "corpus_damaged", "name", path, "reason", err.Error())
	}
	if c.Info().Delta {
		_ = c.Close()
		return usage("delta_corpus", "name", path)
	}
	if n := c.Info().Name; n != "" {
		name = n
	}
	e.corpora, e.names = append(e.corpora, c), append(e.names, name)
	return nil
}

// identity hashes all that can change a line of the report.
func (e *scanEngine) identity(cfg judge.Config) (string, error) {
	versions := map[string]uint32{}
	for _, k := range e.kinds.all() {
		versions[k.Name()] = k.Version()
	}
	parts := map[string]any{"judge": cfg, "kinds": versions, "engine": engine, "deep": e.deep}
	if e.policyID != "" {
		parts["policy"] = e.policyID
	}
	if e.background != nil {
		parts["background"] = e.background.ID()
	}
	return scanner.ConfigID(parts)
}

// scanner returns the scanner over what is opened.
func (e *scanEngine) scanner(f *scanFlags) (*scanner.Scanner, error) {
	cfg := scanner.Config{
		Corpora: e.corpora, Names: e.names, Judge: e.judge, Workers: f.workers, All: f.all || e.every() || e.listAll, Keep: e.keep,
		Deep:            f.deep,
		FetchImages:     f.fetchImages,
		RequireCoverage: f.requireCoverage, FailOn: e.failOn, OnBatch: e.onBatch,
	}
	if e.policy != nil {
		cfg.Policy = e.policy
	}
	if e.over != nil {
		cfg.Policy = e.over
	}
	return scanner.New(cfg)
}

// run returns what the header of a report says of this scan.
func (e *scanEngine) run(started time.Time) scanner.Run {
	r := scanner.Run{Engine: engine, Started: started.Format(time.RFC3339), AsOf: e.config.AsOf.String(), Config: e.id}
	if e.background != nil {
		r.Background = e.background.ID()
	}
	return r
}

// lanes returns the names of the lanes that the opened corpora are searched with.
func (e *scanEngine) lanes() []string {
	var out []string
	for lane := range matchers.NumLanes {
		for _, c := range e.corpora {
			if hasLane(c, lane) {
				out = append(out, lane.String())
				break
			}
		}
	}
	return out
}

// thumbnail returns a small picture of a listing for reports.
func (e *scanEngine) thumbnail(ctx context.Context, im corpora.Image) []byte {
	if im.Open == nil {
		return nil
	}
	b, err := e.kinds.image.Thumbnail(ctx, im, thumbnailSide)
	if err != nil {
		return nil // the picture's own problem stands on the finding
	}
	return b
}

// thumbnailSide is the longer side of a listing's picture in a report, in pixels.
const thumbnailSide = 160

// rightPicture returns the picture kept of a right for reports.
func (e *scanEngine) rightPicture(corpus, rightID string) []byte {
	for i, c := range e.corpora {
		if e.names[i] != corpus {
			continue
		}
		row, ok := c.Find(rightID)
		if !ok {
			continue
		}
		for _, sign := range c.RightSigns(row) {
			if b := c.Thumbnail(sign); b != nil {
				return b
			}
		}
	}
	return nil
}

// close closes the corpora.
func (e *scanEngine) close() {
	for _, done := range e.closers {
		_ = done()
	}
	for _, c := range e.corpora {
		_ = c.Close()
	}
}
