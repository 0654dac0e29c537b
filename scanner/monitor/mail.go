package monitor

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"lookalike/scanner/ledger"
)

// mailer sends mail over SMTP. The connection is encrypted with STARTTLS before anything is said, unless the configuration
// speaks of a plain relay.
type mailer struct {
	m        Mail
	password string
	now      func() time.Time
	words    func(a *Alert) (subject, text string)
	tls      *tls.Config // nil for the usual one
}

func (s *mailer) close() {}

func (s *mailer) send(ctx context.Context, m *ledger.Message) error {
	a, err := decodeAlert(m.Body)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(s.m.Server)
	if err != nil {
		return refused{err}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.m.Server)
	if err != nil {
		return err
	}
	if at, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(at)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	defer c.Close()
	if err := s.talk(c, host, m, a); err != nil {
		if e, ok := errors.AsType[*textproto.Error](err); ok && e.Code >= 550 && e.Code < 560 {
			return refused{err}
		}
		return err
	}
	return c.Quit()
}

func (s *mailer) talk(c *smtp.Client, host string, m *ledger.Message, a *Alert) error {
	if !s.m.Plain {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return errors.New("the mail server offers no STARTTLS")
		}
		cfg := s.tls
		if cfg == nil {
			cfg = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
		}
		if err := c.StartTLS(cfg); err != nil {
			return err
		}
	}
	if s.m.User != "" {
		if err := c.Auth(smtp.PlainAuth("", s.m.User, s.password, host)); err != nil {
			return err
		}
	}
	from, err := mail.ParseAddress(s.m.From)
	if err != nil {
		return refused{err}
	}
	if err := c.Mail(from.Address); err != nil {
		return err
	}
	for _, to := range s.m.To {
		addr, err := mail.ParseAddress(to)
		if err != nil {
			return refused{err}
		}
		if err := c.Rcpt(addr.Address); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(s.compose(m, a, from)); err != nil {
		return err
	}
	return w.Close()
}

// compose writes the mail. Its Message-ID is that of the message, so that a mail that is sent twice after a cut connection is
// recognised.
func (s *mailer) compose(m *ledger.Message, a *Alert, from *mail.Address) []byte {
	subject, text := s.words(a)
	var b bytes.Buffer
	_, domain, _ := strings.Cut(from.Address, "@")
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <lookalike-%d-%d@%s>\r\n", from, addresses(s.m.To),
		mime.QEncoding.Encode("utf-8", "[lookalike] "+cut(oneLine(subject), 200)), s.now().UTC().Format(time.RFC1123Z), m.ID, m.Made.UnixMilli(), domain)
	b.WriteString("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	enc := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
	for len(enc) > 76 {
		b.WriteString(enc[:76] + "\r\n")
		enc = enc[76:]
	}
	b.WriteString(enc + "\r\n")
	return b.Bytes()
}

func addresses(list []string) string {
	var out []string
	for _, s := range list {
		if a, err := mail.ParseAddress(s); err == nil {
			out = append(out, a.String())
		}
	}
	return strings.Join(out, ", ")
}

// cut shortens a text to at most n bytes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
