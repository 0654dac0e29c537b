package policy

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
)

// row is one record of a list by column.
type row struct {
	line   int
	values map[string]string
}

func (r row) text(column string) string { return strings.TrimSpace(r.values[column]) }

// list splits a field at ';'.
func (r row) list(column string) []string {
	var list []string
	for part := range strings.SplitSeq(r.values[column], ";") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

func (r row) numbers(column string) ([]int, error) {
	var list []int
	for _, part := range r.list(column) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: not a number: %q", r.line, column, part)
		}
		list = append(list, n)
	}
	return list, nil
}

func (r row) date(column string) (corpora.Date, error) {
	d, err := corpora.ParseDate(r.values[column])
	if err != nil {
		return 0, fmt.Errorf("line %d: %s: %w", r.line, column, err)
	}
	return d, nil
}

func (r row) markets(column string) ([]corpora.Market, error) {
	var list []corpora.Market
	for _, part := range r.list(column) {
		m, err := corpora.ParseMarket(part)
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", r.line, column, err)
		}
		list = append(list, m)
	}
	return list, nil
}

// readRows reads a comma-separated list with a heading. Every column must be a known one, the first of which must be
// there.
func readRows(in io.Reader, columns ...string) ([]row, error) {
	b := bufio.NewReader(in)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\ufeff" {
		b.Discard(3)
	}
	r := csv.NewReader(b)
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the list is empty: its first line names the columns")
	}
	if err != nil {
		return nil, err
	}
	for i, c := range head {
		head[i] = strings.ToLower(strings.TrimSpace(c))
		if !slices.Contains(columns, head[i]) {
			return nil, fmt.Errorf("line 1: unknown column %q (one of %s)", c, strings.Join(columns, ", "))
		}
		if slices.Contains(head[:i], head[i]) {
			return nil, fmt.Errorf("line 1: the column %q stands there twice", c)
		}
	}
	if !slices.Contains(head, columns[0]) {
		return nil, fmt.Errorf("line 1: the column %q is missing", columns[0])
	}
	var rows []row
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		values := map[string]string{}
		for i, f := range fields {
			values[head[i]] = f
		}
		rows = append(rows, row{line, values})
	}
}

// ReadAuthorisations reads entries from CSV. The columns are the YAML keys; lists are split at ';', a document is written
// file=sha256, a step of a chain from>to.
func ReadAuthorisations(in io.Reader) ([]AuthorisationEntry, error) {
	rows, err := readRows(in, "id", "basis", "right", "mark", "number", "licensor", "licensee", "chain", "territory", "classes",
		"goods", "channels", "skus", "sellers", "suppliers", "first_sale", "from", "to", "documents", "checked_by", "checked_on")
	if err != nil {
		return nil, err
	}
	var entries []AuthorisationEntry
	for _, r := range rows {
		classes, err := r.numbers("classes")
		if err != nil {
			return nil, err
		}
		e := AuthorisationEntry{
			ID: r.text("id"), Basis: r.text("basis"), Right: r.text("right"), Mark: r.text("mark"), Number: r.text("number"),
			Licensor: r.text("licensor"), Licensee: r.text("licensee"), Territory: r.list("territory"), Classes: classes,
			Goods: r.list("goods"), Channels: r.list("channels"), SKUs: r.list("skus"), Sellers: r.list("sellers"),
			Suppliers: r.list("suppliers"), FirstSale: r.list("first_sale"), From: r.text("from"), To: r.text("to"),
			CheckedBy: r.text("checked_by"), CheckedOn: r.text("checked_on"), Documents: documents(r.list("documents")),
		}
		for _, s := range r.list("chain") {
			from, to, ok := strings.Cut(s, ">")
			if !ok {
				return nil, fmt.Errorf("line %d: chain: want from>to, not %q", r.line, s)
			}
			e.Chain = append(e.Chain, Step{From: strings.TrimSpace(from), To: strings.TrimSpace(to)})
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// documents reads entries written file=sha256, or file alone.
func documents(list []string) []Document {
	var ds []Document
	for _, s := range list {
		file, hash := s, ""
		if at := strings.LastIndexByte(s, '='); at >= 0 {
			file, hash = s[:at], s[at+1:]
		}
		ds = append(ds, Document{File: strings.TrimSpace(file), SHA256: strings.TrimSpace(hash)})
	}
	return ds
}
