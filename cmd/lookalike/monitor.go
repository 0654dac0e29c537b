package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/index"
	"lookalike/scanner/ledger"
	"lookalike/scanner/monitor"
)

// monitorVerb holds the verbs of scheduled watches.
func (a *app) monitorVerb() *command {
	c := a.verb("monitor", cobra.ArbitraryArgs, nil)
	var file string
	c.PersistentFlags().StringVar(&file, "watches", "monitor.yaml", a.flagText("watches"))
	c.AddCommand(a.monitorRunVerb(&file), a.monitorServeVerb(&file), a.monitorStatusVerb(&file))
	return c
}

// watches reads a monitor.yaml. Paths in it are relative to its folder.
func (a *app) watches(path string) (*monitor.Config, error) {
	c := &monitor.Config{}
	if err := readYAML(path, c); err != nil {
		return nil, err
	}
	if err := c.Check(); err != nil {
		return nil, usage("policy", "name", path, "reason", err.Error())
	}
	c.Lang = cmp.Or(c.Lang, a.lang)
	dir := filepath.Dir(path)
	at := func(p *string) {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	for i := range c.Watches {
		w := &c.Watches[i]
		for _, list := range [][]string{w.Feeds, w.Corpus} {
			for j := range list {
				at(&list[j])
			}
		}
		for _, p := range []*string{&w.Authorisations, &w.Suppliers, &w.Ignore, &w.Profiles} {
			at(p)
		}
	}
	for name, ch := range c.Channels {
		at(&ch.File)
		at(&ch.SecretFile)
		c.Channels[name] = ch
	}
	return c, nil
}

func (a *app) monitorDir() string { return filepath.Join(a.global.data, "monitor") }

// openLedger opens the ledger of the data folder. With create an absent one is made.
func (a *app) openLedger(create bool) (*ledger.Ledger, error) {
	path := filepath.Join(a.global.data, "ledger.db")
	l, err := ledger.Open(path, ledger.Options{Create: create, Now: a.now})
	switch {
	case errors.Is(err, fs.ErrNotExist) && !create:
		return nil, usage("no_ledger", "name", path)
	case err != nil:
		return nil, newFault(exitInternal, "ledger", "name", path, "reason", err.Error())
	}
	return l, nil
}

// withMonitor opens what a monitor works with.
func (a *app) withMonitor(path string, do func(m *monitor.Monitor, c *monitor.Config, l *ledger.Ledger) error) (err error) {
	c, err := a.watches(path)
	if err != nil {
		return err
	}
	l, err := a.openLedger(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	s := &wiring{a: a, c: c}
	o := monitor.Options{
		Config: c, Dir: a.monitorDir(), Engine: engine, Ledger: l, Secrets: a.getenv, Messages: a.messages, Now: a.now, Note: a.note,
		OpenIndex:  func() (*index.Index, error) { return a.openIndex(true) },
		OpenEngine: s.openEngine, OpenSource: s.openSource,
	}
	if c.Evidence != nil {
		o.Sealer = &sealer{wiring: s}
	}
	m, err := monitor.New(o)
	if errors.Is(err, fs.ErrPermission) {
		return newFault(exitInternal, "ledger", "name", a.monitorDir(), "reason", err.Error())
	}
	if err != nil {
		return usage("policy", "name", path, "reason", err.Error())
	}
	defer m.Close()
	return do(m, c, l)
}

// monitorRunVerb runs watches once.
func (a *app) monitorRunVerb(file *string) *command {
	c := a.verb("run [WATCH…]", cobra.ArbitraryArgs, func(c *command, names []string) error {
		return a.withMonitor(*file, func(m *monitor.Monitor, cfg *monitor.Config, _ *ledger.Ledger) error {
			list, err := chosen(cfg, names)
			if err != nil {
				return err
			}
			return a.monitorRun(c.Context(), m, list)
		})
	})
	c.Long, c.Example = a.text("help.monitor_run_long"), a.text("help.monitor_run_example")
	return c
}

// chosen returns the named watches, all when none is named.
func chosen(c *monitor.Config, names []string) ([]*monitor.Watch, error) {
	var out []*monitor.Watch
	byName := map[string]*monitor.Watch{}
	var known []string
	for i := range c.Watches {
		w := &c.Watches[i]
		byName[w.Name], known = w, append(known, w.Name)
		if len(names) == 0 {
			out = append(out, w)
		}
	}
	for _, n := range names {
		if byName[n] == nil {
			return nil, usage("no_watch", "name", n, "known", known)
		}
		out = append(out, byName[n])
	}
	return out, nil
}

// monitorRun runs watches one after the other. One that fails does not keep the others from running.
func (a *app) monitorRun(ctx context.Context, m *monitor.Monitor, list []*monitor.Watch) error {
	var faults []error
	incomplete, found := false, false
	for _, w := range list {
		s, err := m.Run(ctx, w, time.Time{})
		if ctx.Err() != nil {
			a.say("fault.monitor_interrupted", nil)
			return status(exitInterrupted)
		}
		if err != nil {
			faults = append(faults, a.runFault(w, err))
			continue
		}
		if err := a.printSummary(s); err != nil {
			return err
		}
		incomplete = incomplete || !s.Complete
		found = found || s.Counts[ledger.MatchNew]+s.Counts[ledger.MatchWorse]+s.Counts[ledger.MatchBack] > 0 && len(s.Leads) > 0
	}
	missing, err := a.tell(ctx, m)
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		for _, err := range faults[1:] {
			a.exitOf(err)
		}
		return faults[0]
	case incomplete || missing:
		return status(exitIncomplete)
	case found:
		return status(exitFindings)
	}
	return nil
}

// runFault is the error of a run for a person.
func (a *app) runFault(w *monitor.Watch, err error) error {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	return newFault(exitInternal, "run_failed", "watch", w.Name, "reason", err.Error())
}

// tell seals what waits and sends what is due. missing says that some of it is still to be done.
func (a *app) tell(ctx context.Context, m *monitor.Monitor) (missing bool, err error) {
	sealed, problems, err := m.Seal(ctx)
	if err != nil {
		return false, err
	}
	if sealed > 0 {
		a.note("monitor.sealed", map[string]any{"count": sealed})
	}
	for _, p := range problems {
		a.say("fault.not_sealed", map[string]any{"reason": p})
	}
	d, err := m.Deliver(ctx)
	if err != nil {
		return false, err
	}
	if d.Sent > 0 {
		a.note("monitor.sent", map[string]any{"count": d.Sent})
	}
	for channel, problem := range d.Problems {
		a.say("fault.not_sent", map[string]any{"channel": channel, "reason": problem})
	}
	if d.Postponed > 0 {
		a.note("monitor.postponed", map[string]any{"count": d.Postponed})
	}
	return len(problems) > 0 || len(d.Problems) > 0, nil
}

// printSummary prints what a run found.
func (a *app) printSummary(s *ledger.Summary) error {
	_, text := monitor.Digest(a.messages, a.lang, s)
	_, err := fmt.Fprint(a.stdout, printable(text))
	return err
}

// monitorServeVerb runs watches by their schedule.
func (a *app) monitorServeVerb(file *string) *command {
	var listen string
	c := a.verb("serve", cobra.NoArgs, func(c *command, _ []string) error {
		return a.withMonitor(*file, func(m *monitor.Monitor, cfg *monitor.Config, _ *ledger.Ledger) error {
			return a.monitorServe(c.Context(), m, cfg, listen)
		})
	})
	c.Long, c.Example = a.text("help.monitor_serve_long"), a.text("help.monitor_serve_example")
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:9464", a.flagText("listen"))
	return c
}

func (a *app) monitorServe(ctx context.Context, m *monitor.Monitor, cfg *monitor.Config, listen string) error {
	scheduled := 0
	for i := range cfg.Watches {
		if cfg.Watches[i].Schedule != "" {
			scheduled++
		}
	}
	if scheduled == 0 {
		return usage("no_schedule")
	}
	in, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return usage("listen", "address", listen, "reason", err.Error())
	}
	server := &http.Server{Handler: m.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(in) }()
	a.note("monitor.serving", map[string]any{"address": in.Addr().String(), "watches": scheduled})
	err = m.Serve(ctx, func(w *monitor.Watch, s *ledger.Summary, err error) {
		if err != nil {
			a.exitOf(a.runFault(w, err))
			return
		}
		if err := a.printSummary(s); err != nil {
			a.say("fault.failed", map[string]any{"reason": err.Error()})
		}
	})
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if closing := server.Shutdown(late); closing != nil {
		_ = server.Close()
	}
	<-ended
	if ctx.Err() != nil {
		a.note("monitor.stopped", nil)
		return nil // asked to end, it ended
	}
	return newFault(exitInternal, "failed", "reason", err.Error())
}

// monitorStatusVerb says how watches stand.
func (a *app) monitorStatusVerb(file *string) *command {
	var since, format string
	c := a.verb("status", cobra.NoArgs, func(c *command, _ []string) error {
		if err := choice("--format", format, "table", "jsonl"); err != nil {
			return err
		}
		day, err := corpora.ParseDate(since)
		if err != nil {
			return usage("date", "flag", "--since", "value", since)
		}
		cfg, err := a.watches(*file)
		if err != nil {
			return err
		}
		l, err := a.openLedger(false)
		if err != nil {
			return err
		}
		defer l.Close()
		for i := range cfg.Watches {
			st, err := a.watchStatus(c.Context(), l, &cfg.Watches[i], day)
			if err != nil {
				return err
			}
			if err := a.printStatus(st, format); err != nil {
				return err
			}
		}
		return nil
	})
	c.Long, c.Example = a.text("help.monitor_status_long"), a.text("help.monitor_status_example")
	c.Flags().StringVar(&since, "since", "", a.flagText("status_since"))
	c.Flags().StringVar(&format, "format", "table", a.flagText("search_format"))
	return c
}

// watchState is a line of monitor status.
type watchState struct {
	Watch  string               `json:"watch"`
	Next   time.Time            `json:"next,omitzero"`
	Last   *ledger.RunStatus    `json:"last"`    // that is finished
	Now    *ledger.RunStatus    `json:"running"` // or was cut off
	Leads  map[ledger.State]int `json:"leads"`
	Outbox map[string]int       `json:"outbox"` // of all watches
	Runs   []ledger.RunStatus   `json:"runs"`   // since
	Opened []ledger.Lead        `json:"new_leads"`
}

func (a *app) watchStatus(ctx context.Context, l *ledger.Ledger, w *monitor.Watch, since corpora.Date) (*watchState, error) {
	st := &watchState{Watch: w.Name, Next: w.Next(a.now()), Outbox: map[string]int{}, Runs: []ledger.RunStatus{}, Opened: []ledger.Lead{}}
	runs, err := l.Runs(ctx, w.Name, time.Time{}, 2)
	if err != nil {
		return nil, err
	}
	for i := range runs {
		if runs[i].Stage != ledger.StageFinished {
			st.Now = &runs[i]
		} else if st.Last == nil {
			st.Last = &runs[i]
		}
	}
	if st.Leads, err = l.LeadStates(ctx, w.Name); err != nil {
		return nil, err
	}
	box, err := l.Outbox(ctx)
	if err != nil {
		return nil, err
	}
	for _, states := range box {
		for state, n := range states {
			st.Outbox[state] += n
		}
	}
	if since == 0 {
		return st, nil
	}
	if st.Runs, err = l.Runs(ctx, w.Name, since.Time(), 1000); err != nil {
		return nil, err
	}
	opened, err := l.Leads(ctx, ledger.LeadQuery{Watch: w.Name, Since: since.Time(), Limit: 1000})
	st.Opened = append(st.Opened, opened...)
	return st, err
}

func (a *app) printStatus(st *watchState, format string) error {
	if format == "jsonl" {
		return json.NewEncoder(a.stdout).Encode(st)
	}
	put := func(code string, args map[string]any) error {
		_, err := fmt.Fprintln(a.stdout, printable(a.messages.Text(a.lang, code, args)))
		return err
	}
	args := map[string]any{
		"watch": st.Watch, "next": stamp(st.Next), "open": st.Leads[ledger.StateOpen], "waiting": st.Outbox["waiting"], "failed": st.Outbox["failed"],
		"last": "", "end": "", "listings": 0, "missed": 0,
	}
	if r := st.Last; r != nil {
		args["last"], args["end"], args["listings"], args["missed"] = stamp(r.Started), endOf(r), r.Counts.Listings, r.Counts.Missed
		if r.Counts.Missed == 0 {
			args["missed"] = ""
		}
	}
	code := "monitor.status"
	if st.Last == nil {
		code = "monitor.status_never"
	}
	if err := put(code, args); err != nil {
		return err
	}
	if st.Now != nil {
		if err := put("monitor.status_running", map[string]any{"run": st.Now.ID, "started": stamp(st.Now.Started), "read": st.Now.Read}); err != nil {
			return err
		}
	}
	for i := range st.Runs {
		r := &st.Runs[i]
		e := r.Counts.Events
		if r.Stage != ledger.StageFinished {
			continue
		}
		if err := put("monitor.status_run", map[string]any{
			"run": r.ID, "started": stamp(r.Started), "end": endOf(r), "added": e[ledger.ListingNew], "changed": e[ledger.ListingChanged], "gone": e[ledger.ListingGone],
			"back": e[ledger.ListingBack], "relisted": e[ledger.ListingRelisted], "leads": e[ledger.LeadOpened], "worse": e[ledger.MatchWorse], "better": e[ledger.MatchBetter],
		}); err != nil {
			return err
		}
	}
	for i := range st.Opened {
		if err := a.printLead(&st.Opened[i]); err != nil {
			return err
		}
	}
	return nil
}

// endOf is how a finished run ended, a word of the messages.
func endOf(r *ledger.RunStatus) string {
	if r.Complete {
		return "complete"
	}
	return "incomplete"
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
