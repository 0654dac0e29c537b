package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers/fold"
)

// iconSet is the part of simple-icons that is used.
type iconSet struct {
	bySlug  map[string][]byte // drawing
	byTitle map[string]string // squeezed title → slug
}

const iconFolder = "simple-icons/"

// readIcons reads titles and drawings of the package.
func readIcons(path string) (*iconSet, error) {
	s := &iconSet{bySlug: map[string][]byte{}, byTitle: map[string]string{}}
	var list []struct{ Title, Slug string }
	err := eachMember(path, func(name string, r io.Reader) error {
		if slug, ok := strings.CutSuffix(strings.TrimPrefix(name, "package/icons/"), ".svg"); ok {
			b, err := io.ReadAll(r)
			s.bySlug[slug] = b
			return err
		}
		if name == "package/data/simple-icons.json" {
			return json.NewDecoder(r).Decode(&list)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, icon := range list {
		if s.bySlug[icon.Slug] == nil {
			return nil, fmt.Errorf("simple-icons: no drawing of %q", icon.Title)
		}
		if k := fold.Squeeze(icon.Title); s.byTitle[k] == "" {
			s.byTitle[k] = icon.Slug
		}
	}
	return s, nil
}

// addIcons adds the brands of icons.csv. A title that the package does not have is left out.
func (c *collection) addIcons(s *iconSet) error {
	return eachRow("icons.csv", func(f map[string]string) error {
		if s.byTitle[fold.Squeeze(f["title"])] == "" {
			return nil
		}
		_, err := c.add(row{text: f["title"], goods: list(f["goods"]), source: "simple-icons 16.37.0; goods by hand"})
		return err
	})
}

// otherIcons are drawings whose title is the name of a brand of this list and which are somebody else's sign.
var otherIcons = map[string]bool{
	"anaconda": true, "beats": true, "ccc": true, "comma": true, "express": true, "hermes": true, "kik": true, "kong": true, "marko": true,
	"mg": true, "pandora": true, "proton": true, "roots": true, "sharp": true, "tide": true, "veritas": true,
}

// attach gives every brand the drawing that bears its name or, failing that, one of its other names.
func (s *iconSet) attach(rows []row) {
	for i := range rows {
		r := &rows[i]
		if r.kind != corpora.Mark {
			continue
		}
		names := []string{r.text}
		for _, a := range r.aliases {
			if a.Lang == "" {
				names = append(names, a.Text)
			}
		}
		for _, name := range names {
			if slug := s.byTitle[fold.Squeeze(name)]; slug != "" && !otherIcons[slug] && r.icon == "" {
				r.icon = iconFolder + slug + ".svg"
			}
		}
	}
}

// image opens the drawing of a row.
func (s *iconSet) image(ref string) corpora.Image {
	b := s.bySlug[strings.TrimSuffix(strings.TrimPrefix(ref, iconFolder), ".svg")]
	return corpora.Image{Ref: ref, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

// eachMember calls f with the regular files of a package as npm packs it.
func eachMember(path string, f func(name string, r io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if h.Typeflag == tar.TypeReg {
			if err := f(h.Name, t); err != nil {
				return fmt.Errorf("%s: %s: %w", path, h.Name, err)
			}
		}
	}
}
