package main

import (
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a scan is, on a terminal only: the rate, and where the size of the feed is known also the share
// of its bytes and the time left. Its methods do nothing when it is not shown.
type progress struct {
	bar      *progressbar.ProgressBar
	done     func() (read, total int64) // nil where nobody knows
	listings int
	text     string
}

// newProgress returns the progress of a scan of src.
func (a *app) newProgress(src *source) *progress {
	if a.global.quiet || a.global.noProgress || a.global.logFormat == "json" || a.columns(a.stderr) == 0 {
		return &progress{}
	}
	if src.feed != nil {
		if _, total := src.feed.Progress(); total > 0 {
			return &progress{
				bar: progressbar.NewOptions64(total,
					progressbar.OptionSetWriter(a.stderr),
					progressbar.OptionSetDescription(a.text("scan.progress")),
					progressbar.OptionSetWidth(24),
					progressbar.OptionSetPredictTime(true),
					progressbar.OptionThrottle(100*time.Millisecond),
					progressbar.OptionClearOnFinish(),
				),
				done: src.feed.Progress, text: a.text("scan.progress_unit"),
			}
		}
	}
	return &progress{bar: progressbar.NewOptions64(-1,
		progressbar.OptionSetWidth(10),
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetDescription(a.text("scan.progress")),
		progressbar.OptionSetItsString(a.text("scan.progress_unit")),
		progressbar.OptionShowIts(),
		progressbar.OptionShowCount(),
		progressbar.OptionSetElapsedTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
}

// add counts listings that are done.
func (p *progress) add(listings int) {
	if p.bar == nil {
		return
	}
	p.listings += listings
	if p.done == nil {
		_ = p.bar.Add(listings)
		return
	}
	read, total := p.done()
	p.bar.Describe(fmt.Sprintf("%d %s", p.listings, p.text))
	_ = p.bar.Set64(min(read, total-1)) // the end is told by finish alone
}

// finish takes the bar away.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
