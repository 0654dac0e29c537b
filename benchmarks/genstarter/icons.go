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

// otherIcons are drawings that bear the name of a brand of this list and are somebody else's sign.
var otherIcons = map[string]bool{
	"quest": true, "orange": true, "origin": true, "arc": true, "apollo": true, "bat": true, "ghost": true, "deluge": true, "jenkins": true, "puppet": true,
	"cypress": true, "dart": true, "elk": true, "envoy": true, "falcon": true, "gin": true, "glass": true, "go": true, "hive": true, "iris": true,
	"lotus": true, "next": true, "nova": true, "opera": true, "peak": true, "polar": true, "prime": true, "ray": true, "ruby": true, "rust": true,
	"swift": true, "solid": true, "spring": true, "vapor": true, "yarn": true, "express": true, "fresh": true, "crystal": true, "bamboo": true,
	"mini": false, "progress": true, "radar": true, "rich": true, "rapid": true, "render": true, "robinhood": true, "safari": true, "sage": true,
	"salt": true, "session": true, "shadow": true, "sketch": true, "sky": true, "skeleton": true, "square": true, "stellar": true, "stencil": true,
	"stimulus": true, "sway": true, "task": true, "tidal": true, "tide": true, "tower": true, "umami": true, "unity": true, "v": true, "vault": true,
	"vega": true, "velocity": true, "wagtail": true, "warp": true, "wine": true, "wire": true, "wish": true, "x": true, "yeti": true, "zoom": true,
	"chai": true, "cinnamon": true, "circle": true, "coda": true, "compass": true, "cora": true, "cucumber": true, "d": true, "delta": true,
	"element": true, "fauna": true, "fi": true, "fig": true, "flower": true, "flux": true, "fox": true, "geode": true, "genius": true, "glitch": true,
	"kodi": true, "lens": true, "linear": true, "mamba": true, "mango": true, "matrix": true, "maze": true, "metro": true, "monster": true,
	"moleculer": true, "nim": true, "oxygen": true, "pandora": true, "photon": true, "planet": true, "poe": true, "racket": true, "red": true,
	"ring": false, "secret": true, "shell": false, "target": false, "venus": true, "benefit": true, "clue": true, "atomic": true, "ram": false,
	"trek": true, "giant": true, "anchor": true, "camel": true, "corona": true, "kong": true, "axe": true, "always": true, "dove": true, "gap": true,
}

// attach gives every brand the drawing that bears its name.
func (s *iconSet) attach(rows []row) {
	for i := range rows {
		r := &rows[i]
		if r.kind != corpora.Mark {
			continue
		}
		if slug := s.byTitle[fold.Squeeze(r.text)]; slug != "" && !otherIcons[slug] {
			r.icon = iconFolder + slug + ".svg"
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
