package evidence

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// harEntry is one entry of an HTTP archive (HAR 1.2), as far as it is used.
type harEntry struct {
	Started string `json:"startedDateTime"`
	Address string `json:"serverIPAddress"`
	Request struct {
		Method   string      `json:"method"`
		URL      string      `json:"url"`
		Headers  []harHeader `json:"headers"`
		PostData *struct {
			Text string `json:"text"`
		} `json:"postData"`
	} `json:"request"`
	Response struct {
		Status   int         `json:"status"`
		Protocol string      `json:"httpVersion"`
		Headers  []harHeader `json:"headers"`
		Content  struct {
			Type     string `json:"mimeType"`
			Text     string `json:"text"`
			Encoding string `json:"encoding"`
		} `json:"content"`
	} `json:"response"`
}

type harHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// readHAR reads entry after entry: the list is never held as JSON.
func (s *Saved) readHAR(r io.Reader) error {
	d := json.NewDecoder(r)
	entries := false
	err := object(d, func(key string) error {
		if key != "log" {
			return skip(d)
		}
		return object(d, func(key string) error {
			if key != "entries" {
				return skip(d)
			}
			entries = true
			return s.harEntries(d)
		})
	})
	if err != nil {
		return err
	}
	if !entries {
		return errors.New("JSON without log.entries: no HAR")
	}
	return nil
}

// object walks the keys of the object that follows.
func object(d *json.Decoder, key func(string) error) error {
	if err := expect(d, '{'); err != nil {
		return err
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok {
			return fmt.Errorf("%v where a key should be", t)
		}
		if err := key(name); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func expect(d *json.Decoder, want json.Delim) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("%v where %v should be", t, want)
	}
	return nil
}

// skip reads over the next value, token by token.
func skip(d *json.Decoder) error {
	depth := 0
	for {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func (s *Saved) harEntries(d *json.Decoder) error {
	if err := expect(d, '['); err != nil {
		return err
	}
	for i := 0; d.More(); i++ {
		var e harEntry
		if err := d.Decode(&e); err != nil {
			if _, ok := errors.AsType[*json.UnmarshalTypeError](err); !ok {
				return err
			}
			s.problem("entry %d: %v", i, err) // of another shape; the next one can still be read
			continue
		}
		x, err := e.exchange(s.limits.Body)
		if err != nil {
			s.problem("entry %d: %v", i, err)
			continue
		}
		if err := s.add(x); err != nil {
			return err
		}
		if s.URL == "" && e.Response.Status == http.StatusOK && strings.HasPrefix(strings.ToLower(e.Response.Content.Type), "text/html") {
			s.URL = x.URL
		}
	}
	_, err := d.Token()
	return err
}

// transport are header fields that speak of how a body was transferred; an archive holds it unpacked.
var transport = []string{"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"}

// exchange makes messages from what the entry says of them.
func (e *harEntry) exchange(limit int64) (Exchange, error) {
	x := Exchange{URL: e.Request.URL, Rebuilt: true, Protocol: e.Response.Protocol, Address: e.Address}
	if e.Address != "" {
		x.Address = e.Address + ":0"
		if strings.Contains(e.Address, ":") {
			x.Address = "[" + strings.Trim(e.Address, "[]") + "]:0"
		}
	}
	if e.Started != "" {
		t, err := time.Parse(time.RFC3339Nano, e.Started)
		if err != nil {
			return x, fmt.Errorf("started at %q", shorten(e.Started, 40))
		}
		x.Started = t
	}
	if e.Request.URL == "" || e.Request.Method == "" {
		return x, errors.New("without a request")
	}
	var b bytes.Buffer
	target, _, _ := strings.Cut(e.Request.URL, "#")
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", plainField(e.Request.Method), strings.ReplaceAll(plainField(target), " ", "%20"))
	post := ""
	if e.Request.PostData != nil {
		post = e.Request.PostData.Text
	}
	harFields(&b, e.Request.Headers, len(post))
	b.WriteString(post)
	x.Request = b.Bytes()
	if e.Response.Status < 100 || e.Response.Status > 999 {
		x.Error = "no answer"
		return x, nil
	}
	body := []byte(e.Response.Content.Text)
	if e.Response.Content.Encoding == "base64" {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Response.Content.Text); err != nil {
			return x, fmt.Errorf("its body: %w", err)
		}
	}
	if int64(len(body)) > limit || int64(len(x.Request)) > limit {
		return x, fmt.Errorf("a body of %d bytes", len(body))
	}
	var a bytes.Buffer
	a.WriteString("HTTP/1.1 " + strconv.Itoa(e.Response.Status) + " " + http.StatusText(e.Response.Status) + "\r\n")
	harFields(&a, e.Response.Headers, len(body))
	a.Write(body)
	x.Response = a.Bytes()
	return x, nil
}

// harFields writes header fields in their order, without those of the transfer and the marks of HTTP/2.
func harFields(b *bytes.Buffer, fields []harHeader, length int) {
	for _, f := range fields {
		name := strings.TrimSpace(plainField(f.Name))
		if name == "" || strings.HasPrefix(name, ":") || slices.Contains(transport, strings.ToLower(name)) {
			continue
		}
		b.WriteString(strings.ReplaceAll(name, ":", "-") + ": " + plainField(f.Value) + "\r\n")
	}
	fmt.Fprintf(b, "Content-Length: %d\r\n\r\n", length)
}
