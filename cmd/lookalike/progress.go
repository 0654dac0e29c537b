package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a scan is, on a terminal only. Its methods do nothing when it is not shown.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress returns the progress of a scan. The number of listings is not known before the end, so that rate and time
// are shown and no share.
func (a *app) newProgress([]string) *progress {
	if a.global.quiet || a.global.noProgress || a.global.logFormat == "json" || a.columns(a.stderr) == 0 {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(-1,
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
	if p.bar != nil {
		_ = p.bar.Add(listings)
	}
}

// finish takes the bar away.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
