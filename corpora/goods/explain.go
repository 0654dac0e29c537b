package goods

// Explanation is an answer with what led to it, for a person who asks why.
type Explanation struct {
	Answer
	Said    []Said   // in the order in which it counted
	Related []uint8  // classes whose goods are commonly sold under one mark with the best guess's
	Similar []string // kinds that are commonly held similar to the answer's
}

// Said is what one piece of the input contributed.
type Said struct {
	Words   string  // as they stand in the input
	By      By      // which table spoke
	Kind    string  // named by the words, "" for none
	Classes []Guess // at most three
}

// By names the table that a contribution comes from.
type By string

// The tables, a closed list.
const (
	ByKind       By = "kind"       // the words name a kind of goods
	ByTerms      By = "terms"      // weights of words in accepted goods terms (EUIPO open data)
	ByDepartment By = "department" // a department of shops
	ByNumber     By = "number"     // a number of Google's product taxonomy
)

// Explain answers like Classify and says why. It takes the same way.
func (t *Table) Explain(category, title string) Explanation {
	var e Explanation
	tr := &trace{said: &e.Said}
	e.Answer = t.classify(category, title, tr)
	if len(e.Classes) == 0 {
		return e
	}
	best := e.Classes[0].Class
	for c := uint8(1); c <= NumClasses; c++ {
		if t.RelatedClasses(best, c) {
			e.Related = append(e.Related, c)
		}
	}
	for _, k := range t.kinds {
		for _, own := range e.Kinds {
			if k.Name != own && t.SimilarKinds(own, k.Name) {
				e.Similar = append(e.Similar, k.Name)
				break
			}
		}
	}
	return e
}

// trace collects contributions. A nil trace collects nothing.
type trace struct{ said *[]Said }

func (tr *trace) add(words string, by By, kind string, scores *classScores) {
	if tr == nil {
		return
	}
	guesses := scores.guesses(leastGuess)
	*tr.said = append(*tr.said, Said{Words: words, By: by, Kind: kind, Classes: guesses[:min(len(guesses), 3)]})
}
