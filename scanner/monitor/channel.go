package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"strings"
	"time"

	"lookalike/scanner/ledger"
	"lookalike/scanner/report/lang"
)

// Channel is one way of telling: exactly one of Webhook, Slack, Mail and File is set.
type Channel struct {
	Webhook string `yaml:"webhook"` // address; requests are signed as Standard Webhooks asks
	Slack   string `yaml:"slack"`   // address of an incoming webhook that takes Slack's JSON
	Mail    *Mail  `yaml:"mail"`
	File    string `yaml:"file"` // a line of JSON for each message is added to it

	SecretEnv    string `yaml:"secret_env"`  // variable that holds the webhook's secret, "whsec_…"
	SecretFile   string `yaml:"secret_file"` // file that holds it
	AllowPrivate bool   `yaml:"allow_private"`
	PerHour      int    `yaml:"per_hour"` // messages, 60
}

// Mail says how mail is sent.
type Mail struct {
	Server      string   `yaml:"server"` // host:port
	From        string   `yaml:"from"`
	To          []string `yaml:"to"`
	User        string   `yaml:"user"`
	PasswordEnv string   `yaml:"password_env"`
	Plain       bool     `yaml:"plain"` // without STARTTLS: only for a relay on the same machine
}

func (c *Channel) check() error {
	n := 0
	for _, on := range []bool{c.Webhook != "", c.Slack != "", c.Mail != nil, c.File != ""} {
		if on {
			n++
		}
	}
	if n != 1 {
		return errors.New("one of webhook, slack, mail and file is required")
	}
	if c.PerHour < 0 {
		return errors.New("per_hour is negative")
	}
	for _, address := range []string{c.Webhook, c.Slack} {
		u, err := url.Parse(address)
		if address != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil) {
			return fmt.Errorf("not an http(s) address: %q", address)
		}
		if address != "" && u.Scheme == "http" && !c.AllowPrivate {
			return errors.New("an address without encryption is for tests: https is required unless allow_private is set")
		}
	}
	if c.Webhook != "" && (c.SecretEnv == "") == (c.SecretFile == "") {
		return errors.New("a webhook is signed: set secret_env or secret_file")
	}
	if c.Mail != nil {
		return c.Mail.check()
	}
	return nil
}

func (m *Mail) check() error {
	if !strings.Contains(m.Server, ":") {
		return fmt.Errorf("mail: server is host:port, not %q", m.Server)
	}
	if len(m.To) == 0 {
		return errors.New("mail: nobody to send it to")
	}
	for _, a := range append([]string{m.From}, m.To...) {
		if _, err := mail.ParseAddress(a); err != nil {
			return fmt.Errorf("mail: %q: %w", a, err)
		}
	}
	if m.User != "" && m.Plain {
		return errors.New("mail: a password is not sent without STARTTLS")
	}
	return nil
}

// sender delivers messages over one channel.
type sender interface {
	send(ctx context.Context, m *ledger.Message) error
	close()
}

// refused says that a channel will never take a message.
type refused struct{ error }

// later says when a channel wants to be asked again.
type later struct {
	error
	at time.Time
}

// sender makes the sender of a channel.
func (m *Monitor) sender(name string, c Channel) (sender, error) {
	switch {
	case c.Webhook != "":
		secret := ""
		if c.SecretEnv != "" {
			if m.o.Secrets != nil {
				secret = m.o.Secrets(c.SecretEnv)
			}
			if secret == "" {
				return nil, fmt.Errorf("the variable %s is not set", c.SecretEnv)
			}
		} else {
			b, err := os.ReadFile(c.SecretFile)
			if err != nil {
				return nil, err
			}
			secret = strings.TrimSpace(string(b))
		}
		key, err := webhookKey(secret)
		if err != nil {
			return nil, err
		}
		return &webhook{url: c.Webhook, key: key, client: client(c.AllowPrivate), now: m.o.Now, agent: "lookalike/" + m.o.Engine}, nil
	case c.Slack != "":
		return &slack{url: c.Slack, client: client(c.AllowPrivate), now: m.o.Now, words: m.words()}, nil
	case c.Mail != nil:
		password := ""
		if c.Mail.PasswordEnv != "" && m.o.Secrets != nil {
			password = m.o.Secrets(c.Mail.PasswordEnv)
		}
		return &mailer{m: *c.Mail, password: password, now: m.o.Now, words: m.words()}, nil
	}
	return &file{path: c.File}, nil
}

// words renders alerts in the language of the configuration.
func (m *Monitor) words() func(a *Alert) (subject, text string) {
	l := lang.Choose(m.o.Config.Lang)
	return func(a *Alert) (string, string) { return plain(m.o.Messages, l, a) }
}

func decodeAlert(body []byte) (*Alert, error) {
	a := &Alert{}
	if err := json.Unmarshal(body, a); err != nil {
		return nil, refused{err}
	}
	return a, nil
}

// file adds each message to a file.
type file struct{ path string }

func (f *file) send(_ context.Context, m *ledger.Message) error {
	out, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = out.Write(append(append([]byte{}, m.Body...), '\n'))
	return errors.Join(err, out.Sync(), out.Close())
}

func (f *file) close() {}
