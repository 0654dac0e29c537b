package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"lookalike/scanner/policy"
)

// settingsFile is read from the working folder when --config does not name another.
const settingsFile = "lookalike.yaml"

// settingsOf is what a settings file may hold. Keys are the names of flags with underscores; a key that is not here is
// an error. Where a key fits no flag of the verb that runs, it waits for another verb.
type settingsOf struct {
	Data            *string           `yaml:"data"`
	Quiet           *bool             `yaml:"quiet"`
	NoProgress      *bool             `yaml:"no_progress"`
	LogFormat       *string           `yaml:"log_format"`
	Lang            *string           `yaml:"lang"`
	Corpus          []string          `yaml:"corpus"`
	Market          []string          `yaml:"market"`
	Map             map[string]string `yaml:"map"`
	Source          *string           `yaml:"source"`
	Seller          *string           `yaml:"seller"`
	Contact         *string           `yaml:"contact"`
	Profiles        *string           `yaml:"profiles"`
	Operator        *string           `yaml:"operator"`
	Jurisdiction    *string           `yaml:"jurisdiction"`
	Authority       *string           `yaml:"authority"`
	Timestamp       *string           `yaml:"timestamp"`
	TimestampRoots  *string           `yaml:"timestamp_roots"`
	From            *string           `yaml:"from"`
	RequireCoverage *string           `yaml:"require_coverage"`
	MaxIncomplete   *float64          `yaml:"max_incomplete"`
	Top             *int              `yaml:"top"`
	FailOn          *string           `yaml:"fail_on"`
	FetchImages     *bool             `yaml:"fetch_images"`
	Keep            *bool             `yaml:"keep"`
	MaxCorpusAge    *int              `yaml:"max_corpus_age"`
	AllowPaths      *bool             `yaml:"allow_paths"`
	Authorisations  *string           `yaml:"authorisations"`
	Suppliers       *string           `yaml:"suppliers"`
	Ignore          *string           `yaml:"ignore"`
	Baseline        *string           `yaml:"baseline"`
	Workers         *int              `yaml:"workers"`
	Output          []string          `yaml:"output"`
	Format          *string           `yaml:"format"`
	All             *bool             `yaml:"all"`
	Gates           map[string]string `yaml:"gates"` // grade: gate
	Own             *string           `yaml:"own"`
	Background      *string           `yaml:"background"`

	Quarantine []policy.QuarantineEntry `yaml:"quarantine"` // marks that flood, each confirmed by a person
}

// settings sets every flag of c that the command line leaves alone: from LOOKALIKE_NAME, else from the settings file.
func (a *app) settings(c *command) error {
	given := map[string]bool{}
	eachFlag(c, func(f *pflag.Flag) { given[f.Name] = f.Changed })
	if err := a.fromEnvironment(c, given); err != nil {
		return err
	}
	file, name, err := a.readSettings()
	if err != nil {
		return err
	}
	a.gates, a.quarantine = file.Gates, file.Quarantine
	for flag, values := range file.flags() {
		f := c.Flags().Lookup(flag)
		if f == nil || given[flag] {
			continue
		}
		for _, v := range values {
			if err := c.Flags().Set(flag, v); err != nil {
				return usage("setting", "name", name+": "+strings.ReplaceAll(flag, "-", "_"), "reason", err.Error())
			}
		}
	}
	return nil
}

// envPrefix begins the names of variables that stand for flags.
const envPrefix = "LOOKALIKE_"

// notSettings are variables with the prefix that no flag stands for: the switch of the test suite.
var notSettings = map[string]bool{"LOOKALIKE_REAL": true}

// fromEnvironment sets flags from variables and marks them as given.
func (a *app) fromEnvironment(c *command, given map[string]bool) error {
	for _, kv := range a.environ {
		key, value, _ := strings.Cut(kv, "=")
		name, ok := strings.CutPrefix(key, envPrefix)
		if !ok || notSettings[key] {
			continue
		}
		flag := strings.ReplaceAll(strings.ToLower(name), "_", "-")
		if !a.knownFlag(flag) {
			return usage("unknown_variable", "name", key)
		}
		if c.Flags().Lookup(flag) == nil || given[flag] {
			continue
		}
		if err := c.Flags().Set(flag, value); err != nil {
			return usage("setting", "name", key, "reason", err.Error())
		}
		given[flag] = true
	}
	return nil
}

// knownFlag reports whether any verb takes the flag.
func (a *app) knownFlag(name string) bool {
	var find func(c *command) bool
	find = func(c *command) bool {
		if c.Flags().Lookup(name) != nil || c.PersistentFlags().Lookup(name) != nil {
			return true
		}
		return slices.ContainsFunc(c.Commands(), find)
	}
	return find(a.root)
}

// readSettings reads the settings file. The one of the working folder may be absent.
func (a *app) readSettings() (settingsOf, string, error) {
	name := a.global.config
	if name == "" {
		name = settingsFile
	}
	var s settingsOf
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && a.global.config == "" {
		return s, name, nil
	}
	if err != nil {
		return s, name, usage("no_settings", "name", name, "reason", err.Error())
	}
	if err := decodeYAML(b, &s); err != nil {
		return s, name, usage("settings", "name", name, "reason", err.Error())
	}
	return s, name, nil
}

// flags returns the settings as flag values.
func (s settingsOf) flags() map[string][]string {
	out := map[string][]string{}
	word := func(flag string, v *string) {
		if v != nil {
			out[flag] = []string{*v}
		}
	}
	word("data", s.Data)
	word("log-format", s.LogFormat)
	word("lang", s.Lang)
	word("source", s.Source)
	word("seller", s.Seller)
	word("contact", s.Contact)
	word("profiles", s.Profiles)
	word("operator", s.Operator)
	word("jurisdiction", s.Jurisdiction)
	word("authority", s.Authority)
	word("timestamp", s.Timestamp)
	word("timestamp-roots", s.TimestampRoots)
	word("from", s.From)
	word("require-coverage", s.RequireCoverage)
	word("fail-on", s.FailOn)
	word("format", s.Format)
	word("authorisations", s.Authorisations)
	word("suppliers", s.Suppliers)
	word("ignore", s.Ignore)
	word("baseline", s.Baseline)
	word("own", s.Own)
	word("background", s.Background)
	put(out, "quiet", s.Quiet)
	put(out, "no-progress", s.NoProgress)
	put(out, "allow-paths", s.AllowPaths)
	put(out, "all", s.All)
	put(out, "fetch-images", s.FetchImages)
	put(out, "keep", s.Keep)
	put(out, "max-corpus-age", s.MaxCorpusAge)
	put(out, "max-incomplete", s.MaxIncomplete)
	put(out, "top", s.Top)
	put(out, "workers", s.Workers)
	for flag, list := range map[string][]string{"corpus": s.Corpus, "market": s.Market, "output": s.Output} {
		if len(list) > 0 {
			out[flag] = list
		}
	}
	for field, column := range s.Map {
		out["map"] = append(out["map"], field+"="+column)
	}
	return out
}

func put[T any](out map[string][]string, flag string, v *T) {
	if v != nil {
		out[flag] = []string{fmt.Sprint(*v)}
	}
}
