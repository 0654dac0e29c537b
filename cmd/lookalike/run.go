package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"lookalike/scanner/policy"
	"lookalike/scanner/report/lang"
)

// environment is everything that the command takes from the machine, so that tests can give their own.
type environment struct {
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	environ []string // KEY=value
	now     func() time.Time
	// columns returns the width of w when it is a terminal, else 0.
	columns func(w io.Writer) int
	// interrupts delivers what ends a run early.
	interrupts func() (<-chan os.Signal, func())
}

// host returns the environment of the process.
func host() *environment {
	return &environment{
		stdin:   os.Stdin,
		stdout:  os.Stdout,
		stderr:  os.Stderr,
		environ: os.Environ(),
		now:     time.Now,
		columns: func(w io.Writer) int {
			f, ok := w.(*os.File)
			if !ok || !term.IsTerminal(int(f.Fd())) {
				return 0
			}
			if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
				return n
			}
			return 80
		},
		interrupts: func() (<-chan os.Signal, func()) {
			c := make(chan os.Signal, 2)
			signal.Notify(c, os.Interrupt, syscall.SIGTERM)
			return c, func() { signal.Stop(c) }
		},
	}
}

// getenv returns the value of key, "" when it is not set.
func (e *environment) getenv(key string) string {
	for _, kv := range e.environ {
		if v, ok := strings.CutPrefix(kv, key+"="); ok {
			return v
		}
	}
	return ""
}

// The exit codes, the first that applies in the order of exitOf.
const (
	exitClean       = 0
	exitFindings    = 1
	exitUsage       = 2
	exitIncomplete  = 3
	exitCorpus      = 4
	exitNoListings  = 5
	exitInternal    = 70
	exitInterrupted = 130
)

// fault is an error for a person: a message code with its arguments, and the exit code that it leads to.
type fault struct {
	exit int
	code string // of the section "fault" of the messages
	args map[string]any
}

// Error returns code and arguments; people read the text of the message.
func (f *fault) Error() string { return fmt.Sprintf("%s %v", f.code, f.args) }

// usage returns a fault of exit code 2. The arguments are name, value, name, value …
func usage(code string, args ...any) *fault { return newFault(exitUsage, code, args...) }

func newFault(exit int, code string, args ...any) *fault {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return &fault{exit, code, m}
}

// status is the outcome of a verb that ran to its end: an exit code that is no error and prints nothing.
type status int

// Error returns the code in words; it is never printed.
func (s status) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

// errInterrupted is the cause of a context that a signal ended.
var errInterrupted = errors.New("interrupted")

// run executes the command and returns the exit code. It never panics.
func run(ctx context.Context, env *environment, args []string) (code int) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer listen(env, cancel)()

	a, err := newApp(env, args)
	if err != nil {
		fmt.Fprintln(env.stderr, "lookalike:", err)
		return exitInternal
	}
	defer func() {
		if r := recover(); r != nil {
			a.log.Debug("panic", "value", r, "stack", string(debug.Stack()))
			a.say("fault.internal", map[string]any{"reason": fmt.Sprint(r)})
			code = exitInternal
		}
	}()
	return a.exitOf(a.root.ExecuteContext(ctx))
}

// listen ends the context on the first signal and the process on the second.
func listen(env *environment, cancel context.CancelCauseFunc) (stop func()) {
	c, release := env.interrupts()
	done := make(chan struct{})
	go func() {
		select {
		case <-c:
			cancel(errInterrupted)
		case <-done:
			return
		}
		select {
		case <-c:
			os.Exit(exitInterrupted)
		case <-done:
		}
	}()
	return func() {
		release()
		close(done)
	}
}

// app is one run of the command.
type app struct {
	*environment
	root     *command
	args     []string
	lang     string
	messages *lang.Messages
	log      *slog.Logger
	global   globals
	gates    map[string]string // of the settings file

	quarantine []policy.QuarantineEntry // of the settings file
	said       bool                     // warnings about policy files were printed
	dialects   int                      // described so far
}

// exitOf prints what a person must know of err and returns the exit code.
func (a *app) exitOf(err error) int {
	if err == nil {
		return exitClean
	}
	if s, ok := errors.AsType[status](err); ok {
		return int(s)
	}
	if f, ok := errors.AsType[*fault](err); ok {
		a.say("fault."+f.code, f.args)
		return f.exit
	}
	if errors.Is(err, errInterrupted) || errors.Is(err, context.Canceled) {
		a.say("fault.interrupted", nil)
		return exitInterrupted
	}
	a.say("fault.failed", map[string]any{"reason": err.Error()})
	return exitInternal
}

// say writes a message to standard error, as a line for people or as a log record.
func (a *app) say(code string, args map[string]any) {
	text := a.messages.Text(a.lang, code, args)
	if a.global.logFormat == "json" {
		a.log.Error(text, "code", code)
		return
	}
	fmt.Fprintf(a.stderr, "lookalike: %s\n", printable(text))
}

// note writes a message that is no error, unless --quiet.
func (a *app) note(code string, args map[string]any) {
	if a.global.quiet {
		return
	}
	text := a.messages.Text(a.lang, code, args)
	if a.global.logFormat == "json" {
		a.log.Info(text, "code", code)
		return
	}
	fmt.Fprintln(a.stderr, printable(text))
}

// printable replaces control and direction characters, which a hostile file name or listing may hold.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0xfeff:
			return '\ufffd'
		}
		return r
	}, s)
}
