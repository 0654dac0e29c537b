package monitor

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/robfig/cron/v3"

	"lookalike/matchers/judge"
)

// Config is what is watched and who is told.
type Config struct {
	Contact   string             `yaml:"contact"` // by which shops reach whoever crawls them
	Lang      string             `yaml:"lang"`    // of messages to people
	Watches   []Watch            `yaml:"watches"`
	Channels  map[string]Channel `yaml:"channels"`
	Evidence  *Evidence          `yaml:"evidence"`
	Retention Retention          `yaml:"retention"`
}

// Watch is one shop or set of feeds.
type Watch struct {
	Name   string   `yaml:"name"`
	Seeds  []string `yaml:"seeds"` // addresses that are crawled
	Feeds  []string `yaml:"feeds"` // files and folders that are read
	Corpus []string `yaml:"corpus"`

	Markets         []string `yaml:"markets"`
	From            string   `yaml:"from"`
	Seller          string   `yaml:"seller"`
	RequireCoverage string   `yaml:"require_coverage"`
	Authorisations  string   `yaml:"authorisations"`
	Suppliers       string   `yaml:"suppliers"`
	Ignore          string   `yaml:"ignore"`
	Deep            bool     `yaml:"deep"`
	FetchImages     bool     `yaml:"fetch_images"`

	Map        map[string]string `yaml:"map"`
	AllowPaths bool              `yaml:"allow_paths"`

	Hosts        []string `yaml:"hosts"`
	Pages        int      `yaml:"pages"`
	Workers      int      `yaml:"workers"`
	Delay        string   `yaml:"delay"`
	Profiles     string   `yaml:"profiles"`
	AllowPrivate bool     `yaml:"allow_private"`

	Schedule string `yaml:"schedule"` // cron: minute, hour, day of month, month, day of week
	Zone     string `yaml:"zone"`     // of the schedule, UTC

	Lead   string `yaml:"lead"` // grade from which a match is a lead, medium
	Seal   string `yaml:"seal"` // grade from which a lead is sealed as evidence, none
	Alerts []Rule `yaml:"alerts"`

	lead, seal judge.Grade
	schedule   cron.Schedule
	zone       *time.Location
}

// Rule says who is told what.
type Rule struct {
	To    string   `yaml:"to"`    // a channel
	On    []string `yaml:"on"`    // see Occasions; none: all but gone and better
	Level string   `yaml:"level"` // grade from which a match is told one by one, high
	Most  int      `yaml:"most"`  // messages of a run besides its digest, 20

	level judge.Grade
}

// Evidence says who seals, where, and on what grounds.
type Evidence struct {
	Operator     string `yaml:"operator"`
	Jurisdiction string `yaml:"jurisdiction"`
	Authority    string `yaml:"authority"`
	Stamp        string `yaml:"stamp"` // address of a time-stamp authority
}

// Retention is how long what is kept, in days. Zero is the default.
type Retention struct {
	Page    int `yaml:"page"`    // a captured page without a finding, 30
	Listing int `yaml:"listing"` // 1098, and never less
	Message int `yaml:"message"` // 90
}

// The occasions of messages, a closed list.
const (
	OnNew      = "new"
	OnWorse    = "worse"
	OnBack     = "back"
	OnBetter   = "better"
	OnGone     = "gone"
	OnRelisted = "relisted"
	OnDigest   = "digest" // of every run, a quiet one too
)

// Occasions returns the occasions of messages.
func Occasions() []string {
	return []string{OnNew, OnWorse, OnBack, OnBetter, OnGone, OnRelisted, OnDigest}
}

var watchName = regexp.MustCompile(`^[\pL\pN][\pL\pN._-]{0,63}$`)

// parser reads the five fields of cron and words such as @daily.
var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// Check completes c and returns the first thing that is wrong with it.
func (c *Config) Check() error {
	if len(c.Watches) == 0 {
		return errors.New("there is no watch")
	}
	names := map[string]bool{}
	for i := range c.Watches {
		w := &c.Watches[i]
		if names[w.Name] {
			return fmt.Errorf("two watches are named %q", w.Name)
		}
		names[w.Name] = true
		if err := w.check(c); err != nil {
			return fmt.Errorf("watch %q: %w", w.Name, err)
		}
	}
	for name := range c.Channels {
		ch := c.Channels[name]
		if err := ch.check(); err != nil {
			return fmt.Errorf("channel %q: %w", name, err)
		}
	}
	if c.Evidence != nil && (c.Evidence.Operator == "" || c.Evidence.Jurisdiction == "" || c.Evidence.Authority == "") {
		return errors.New("evidence: operator, jurisdiction and authority are required")
	}
	if r := c.Retention; r.Page < 0 || r.Message < 0 || r.Listing != 0 && r.Listing < 1098 {
		return errors.New("retention: days are not negative, and listings are kept for at least 1098 days (three years)")
	}
	return nil
}

func (w *Watch) check(c *Config) error {
	switch {
	case !watchName.MatchString(w.Name):
		return errors.New("a name is made of letters, digits, dots and dashes")
	case len(w.Seeds) == 0 && len(w.Feeds) == 0:
		return errors.New("neither seeds nor feeds")
	case len(w.Seeds) > 0 && len(w.Feeds) > 0:
		return errors.New("seeds and feeds: make two watches of it")
	case len(w.Seeds) > 0 && c.Contact == "":
		return errors.New("shops must be able to reach whoever crawls them: set contact")
	}
	var err error
	if w.lead, err = grade(w.Lead, judge.Medium); err != nil {
		return fmt.Errorf("lead: %w", err)
	}
	if w.seal, err = grade(w.Seal, ""); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if w.seal != "" && c.Evidence == nil {
		return errors.New("seal: evidence says neither who seals nor why: set evidence")
	}
	if err := w.plan(); err != nil {
		return err
	}
	for i := range w.Alerts {
		r := &w.Alerts[i]
		if _, ok := c.Channels[r.To]; !ok {
			return fmt.Errorf("alerts: no channel is named %q", r.To)
		}
		if r.level, err = grade(r.Level, judge.High); err != nil {
			return fmt.Errorf("alerts: level: %w", err)
		}
		for _, on := range r.On {
			if !slices.Contains(Occasions(), on) {
				return fmt.Errorf("alerts: on: no occasion %q (one of %v)", on, Occasions())
			}
		}
		if len(r.On) == 0 {
			r.On = []string{OnNew, OnWorse, OnBack, OnRelisted, OnDigest}
		}
		if r.Most == 0 {
			r.Most = 20
		}
		if r.Most < 0 {
			return errors.New("alerts: most is negative")
		}
	}
	return nil
}

// plan reads schedule and zone.
func (w *Watch) plan() error {
	var err error
	w.zone = time.UTC
	if w.Zone != "" {
		if w.zone, err = time.LoadLocation(w.Zone); err != nil || w.Zone == "Local" {
			return fmt.Errorf("zone: no time zone %q", w.Zone)
		}
	}
	if w.Schedule == "" {
		return nil
	}
	if w.schedule, err = parser.Parse(w.Schedule); err != nil {
		return fmt.Errorf("schedule %q: %w", w.Schedule, err)
	}
	return nil
}

// spec is what the schedule of a watch is known by: another one begins anew.
func (w *Watch) spec() string { return w.Schedule + " " + w.zone.String() }

// Next returns when the watch is due next after t, zero when it has no schedule.
func (w *Watch) Next(t time.Time) time.Time {
	if w.schedule == nil {
		return time.Time{}
	}
	return w.schedule.Next(t.In(w.zone)).UTC()
}

func grade(s string, otherwise judge.Grade) (judge.Grade, error) {
	switch {
	case s == "":
		return otherwise, nil
	case judge.Grade(s).Rank() == 0:
		return "", fmt.Errorf("no grade %q (one of critical, high, medium, low)", s)
	}
	return judge.Grade(s), nil
}
