package main

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lookalike/matchers"
	"lookalike/scanner"
	"lookalike/scanner/report/lang"
)

// command is a verb.
type command = cobra.Command

// engine is the version that reports and snapshots are stamped with.
const engine = "0.1.0"

// globals are the settings of every verb.
type globals struct {
	data       string
	config     string
	quiet      bool
	noProgress bool
	logFormat  string
	lang       string
}

// newApp builds the tree of verbs.
func newApp(env *environment, args []string) (*app, error) {
	m, err := lang.Load()
	if err != nil {
		return nil, err
	}
	a := &app{environment: env, args: args, messages: m, log: slog.New(slog.NewJSONHandler(env.stderr, nil))}
	a.lang = chosenLanguage(env, args)
	a.root = a.verb("lookalike", cobra.NoArgs, nil)
	a.root.SetArgs(args)
	a.root.SetIn(env.stdin)
	a.root.SetOut(env.stdout)
	a.root.SetErr(env.stderr)
	a.root.Version = engine
	a.root.SetVersionTemplate("lookalike {{.Version}}\n")
	a.root.CompletionOptions.HiddenDefaultCmd = true

	p := a.root.PersistentFlags()
	p.StringVar(&a.global.data, "data", ".lookalike", a.flagText("data"))
	p.StringVar(&a.global.config, "config", "", a.flagText("config"))
	p.BoolVar(&a.global.quiet, "quiet", false, a.flagText("quiet"))
	p.BoolVar(&a.global.noProgress, "no-progress", false, a.flagText("no_progress"))
	p.StringVar(&a.global.logFormat, "log-format", "text", a.flagText("log_format"))
	p.StringVar(&a.global.lang, "lang", "", a.flagText("lang"))

	a.root.PersistentPreRunE = func(c *command, _ []string) error { return a.settle(c) }
	a.root.AddCommand(a.verbs()...)
	a.root.AddCommand(a.policyVerbs()...)
	a.polish(a.root)
	return a, nil
}

// verbs returns the verbs in the order of the help.
func (a *app) verbs() []*command {
	return []*command{
		a.scanVerb(), a.checkVerb(), a.corpusVerb(), a.explainVerb(), a.convertVerb(), a.goodsVerb(), a.marketVerb(), a.crawlVerb(), a.indexVerb(),
		a.monitorVerb(), a.ledgerVerb(), a.evidenceVerb(), a.evalVerb(), a.benchVerb(), a.versionVerb(),
	}
}

// verb returns a command whose texts stand in the messages under help.NAME. use is the command's usage line.
func (a *app) verb(use string, args cobra.PositionalArgs, do func(c *command, args []string) error) *command {
	name, _, _ := strings.Cut(use, " ")
	return &command{Use: use, Args: args, RunE: do, Short: a.text("help." + name), SilenceErrors: true, SilenceUsage: true}
}

// text returns a message without arguments.
func (a *app) text(code string) string { return a.messages.Text(a.lang, code, nil) }

// flagText returns the help of a flag.
func (a *app) flagText(name string) string { return a.text("option." + name) }

// polish puts the headings of the help into the reader's language and turns cobra's own errors into usage faults.
func (a *app) polish(c *command) {
	r := strings.NewReplacer(
		"Usage:", a.text("help_heading.usage"), "Available Commands:", a.text("help_heading.commands"),
		"Global Flags:", a.text("help_heading.global_flags"), "Flags:", a.text("help_heading.flags"),
		"Examples:", a.text("help_heading.examples"), "Additional Commands:", a.text("help_heading.commands"),
		`Use "{{.CommandPath}} [command] --help" for more information about a command.`, a.messages.Text(a.lang, "help_heading.more", map[string]any{"command": "{{.CommandPath}}"}),
	)
	c.SetUsageTemplate(r.Replace(c.UsageTemplate()))
	c.SetFlagErrorFunc(func(c *command, err error) error {
		return usage("flags", "reason", err.Error(), "command", c.CommandPath())
	})
	c.InitDefaultHelpFlag()
	if f := c.Flags().Lookup("help"); f != nil {
		f.Usage = a.flagText("help")
	}
	if f := c.Flags().Lookup("version"); f != nil {
		f.Usage = a.flagText("version")
	}
	if c.Args != nil {
		check := c.Args
		c.Args = func(c *command, args []string) error {
			if err := check(c, args); err != nil {
				return usage("arguments", "reason", err.Error(), "command", c.CommandPath())
			}
			return nil
		}
	}
	if c.RunE == nil && c.Run == nil {
		c.RunE = func(c *command, args []string) error {
			if len(args) > 0 {
				return usage("no_verb", "verb", args[0], "command", c.CommandPath())
			}
			return c.Help()
		}
	}
	for _, sub := range c.Commands() {
		a.polish(sub)
	}
}

// chosenLanguage returns the language of --lang, LOOKALIKE_LANG or the locale. It is needed before flags are parsed, for the
// help.
func chosenLanguage(env *environment, args []string) string {
	for i, arg := range args {
		if v, ok := strings.CutPrefix(arg, "--lang="); ok {
			return lang.Choose(v)
		}
		if arg == "--lang" && i+1 < len(args) {
			return lang.Choose(args[i+1])
		}
	}
	for _, key := range []string{"LOOKALIKE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env.getenv(key); v != "" {
			return lang.Choose(v)
		}
	}
	return lang.English
}

// settle completes the flags from the environment and the settings file, and checks the global ones.
func (a *app) settle(c *command) error {
	if err := a.settings(c); err != nil {
		return err
	}
	if a.global.logFormat != "text" && a.global.logFormat != "json" {
		return usage("choice", "flag", "--log-format", "value", a.global.logFormat, "want", []string{"text", "json"})
	}
	if l := a.global.lang; l != "" {
		if !slices.Contains(lang.Languages(), l) && lang.Choose(l) == lang.English && !strings.HasPrefix(strings.ToLower(l), "en") {
			return usage("choice", "flag", "--lang", "value", l, "want", lang.Languages())
		}
		a.lang = lang.Choose(l)
	}
	return nil
}

// choice returns a usage fault unless value is one of want.
func choice(flag, value string, want ...string) error {
	if slices.Contains(want, value) {
		return nil
	}
	return usage("choice", "flag", flag, "value", value, "want", want)
}

// versionVerb prints the versions of engine, toolchain and report schema.
func (a *app) versionVerb() *command {
	return a.verb("version", cobra.NoArgs, func(*command, []string) error {
		goVersion, revision := build()
		_, err := fmt.Fprintf(a.stdout, "lookalike %s (report schema %d, corpus format %d, %s%s)\n",
			engine, scanner.Schema, matchers.Format, goVersion, revision)
		return err
	})
}

// build returns the toolchain and, after a space, the revision that the binary was built from, "" when it is not known.
func build() (goVersion, revision string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = " " + s.Value
		}
	}
	return info.GoVersion, revision
}

// eachFlag calls fn for every flag that c takes, global ones included.
func eachFlag(c *command, fn func(f *pflag.Flag)) {
	c.Flags().VisitAll(fn)
	c.InheritedFlags().VisitAll(fn)
}
