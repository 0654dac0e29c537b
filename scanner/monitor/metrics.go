package monitor

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"lookalike/scanner/ledger"
)

// counters are what this process counted. What the ledger knows is read from it when it is asked for.
type counters struct {
	runs     *prometheus.CounterVec
	events   *prometheus.CounterVec
	messages *prometheus.CounterVec

	mu     sync.Mutex
	beaten time.Time // when the schedule was looked at last
	broken map[string]bool
}

func newCounters() *counters {
	return &counters{
		runs:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lookalike_runs_total", Help: "Runs of a watch by how they ended: complete, incomplete, failed."}, []string{"watch", "end"}),
		events:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lookalike_events_total", Help: "Events of runs by type."}, []string{"watch", "type"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lookalike_messages_total", Help: "Tries to send a message by what became of them: sent, failed, given_up."}, []string{"channel", "end"}),
		broken:   map[string]bool{},
	}
}

func (c *counters) finished(s *ledger.Summary) {
	end := "complete"
	if !s.Complete {
		end = "incomplete"
	}
	c.runs.WithLabelValues(s.Watch, end).Inc()
	for t, n := range s.Counts {
		c.events.WithLabelValues(s.Watch, string(t)).Add(float64(n))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.broken, s.Watch)
}

func (c *counters) failed(watch string) {
	c.runs.WithLabelValues(watch, "failed").Inc()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken[watch] = true
}

func (c *counters) sent(channel, end string) { c.messages.WithLabelValues(channel, end).Inc() }

func (c *counters) beat(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beaten = now
}

// The gauges that are read from the ledger.
var (
	lastRun   = prometheus.NewDesc("lookalike_last_run_timestamp_seconds", "When the last finished run of a watch began.", []string{"watch"}, nil)
	lastWhole = prometheus.NewDesc("lookalike_last_run_complete", "1 when the last finished run of a watch left nothing out.", []string{"watch"}, nil)
	nextRun   = prometheus.NewDesc("lookalike_next_run_timestamp_seconds", "When a watch is due next.", []string{"watch"}, nil)
	present   = prometheus.NewDesc("lookalike_listings", "Listings of a watch that are there.", []string{"watch"}, nil)
	leads     = prometheus.NewDesc("lookalike_leads", "Leads of a watch by state.", []string{"watch", "state"}, nil)
	outbox    = prometheus.NewDesc("lookalike_outbox", "Messages by channel and state.", []string{"channel", "state"}, nil)
)

// collector reads the gauges.
type collector struct{ m *Monitor }

func (c collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{lastRun, lastWhole, nextRun, present, leads, outbox} {
		out <- d
	}
}

func (c collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := c.collect(ctx, out); err != nil {
		out <- prometheus.NewInvalidMetric(lastRun, err)
	}
}

func (c collector) collect(ctx context.Context, out chan<- prometheus.Metric) error {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	l := c.m.o.Ledger
	for i := range c.m.o.Config.Watches {
		w := &c.m.o.Config.Watches[i]
		runs, err := l.Runs(ctx, w.Name, time.Time{}, 2)
		if err != nil {
			return err
		}
		for _, r := range runs {
			if r.Stage != ledger.StageFinished {
				continue
			}
			whole := 0.0
			if r.Complete {
				whole = 1
			}
			gauge(lastRun, float64(r.Started.Unix()), w.Name)
			gauge(lastWhole, whole, w.Name)
			gauge(present, float64(r.Counts.Listings), w.Name)
			break
		}
		if next, ok, err := l.Next(ctx, w.Name, w.spec()); err != nil {
			return err
		} else if ok {
			gauge(nextRun, float64(next.Unix()), w.Name)
		}
		states, err := l.LeadStates(ctx, w.Name)
		if err != nil {
			return err
		}
		for _, s := range ledger.States() {
			gauge(leads, float64(states[s]), w.Name, string(s))
		}
	}
	box, err := l.Outbox(ctx)
	for channel, states := range box {
		for state, n := range states {
			gauge(outbox, float64(n), channel, state)
		}
	}
	return err
}

// Handler answers /metrics, /healthz (the schedule is looked at) and /readyz (the ledger answers and no watch is broken).
func (m *Monitor) Handler() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(m.counts.runs, m.counts.events, m.counts.messages, collector{m})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { answer(w, m.alive(r.Context())) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { answer(w, m.ready(r.Context())) })
	return mux
}

func answer(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintln(w, "ok")
}

// alive says what is wrong with the schedule: it was not looked at for long, and no run is under way that would explain it.
func (m *Monitor) alive(ctx context.Context) error {
	m.counts.mu.Lock()
	beaten := m.counts.beaten
	m.counts.mu.Unlock()
	if idle := m.o.Now().Sub(beaten); idle < 2*longestSleep {
		return nil
	}
	for i := range m.o.Config.Watches {
		if _, busy, err := m.o.Ledger.Unfinished(ctx, m.o.Config.Watches[i].Name); err == nil && busy {
			return nil
		}
	}
	return fmt.Errorf("the schedule was last looked at %s", beaten.UTC().Format(time.RFC3339))
}

func (m *Monitor) ready(ctx context.Context) error {
	if _, err := m.o.Ledger.NextDue(ctx); err != nil {
		return err
	}
	m.counts.mu.Lock()
	defer m.counts.mu.Unlock()
	for i := range m.o.Config.Watches {
		if name := m.o.Config.Watches[i].Name; m.counts.broken[name] {
			return fmt.Errorf("the last run of %s failed", name)
		}
	}
	return nil
}
