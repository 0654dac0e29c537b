package crawl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
)

// Profile says where the pages of one shop keep what no data for machines says. Its fields are the names of feed.Fields.
type Profile struct {
	Name  string   `yaml:"name"`
	Hosts []string `yaml:"hosts"` // "shop.example" holds its subdomains too
	// Product is a selector that stands on pages of products alone. Without it a page is one when it has a title and a price
	// or a picture by this profile.
	Product string              `yaml:"product"`
	Fields  map[string][]Choice `yaml:"fields"` // the first choice that gives something counts
	State   []State             `yaml:"state"`
	// Constants are fields that are the same on every page, such as the currency of a shop that shows "$" alone.
	Constants map[string]string `yaml:"constants"`
	Follow    []string          `yaml:"follow"` // regular expressions: links that match one of them are followed alone
	Skip      []string          `yaml:"skip"`   // and those that match one of these never

	product      cascadia.Matcher
	fields       map[string][]choice
	states       []stateRule
	follow, skip []*regexp.Regexp
}

// Choice is one place of a field on a page.
type Choice struct {
	CSS  string `yaml:"css"`
	Attr string `yaml:"attr"` // of the element; "" for its text
	Drop string `yaml:"drop"` // regular expression: what matches is taken out
}

// State is a block of JSON that a page carries for its scripts.
type State struct {
	CSS    string            `yaml:"css"`    // the element
	Attr   string            `yaml:"attr"`   // that holds the block, "" for its text, from the first bracket on
	Fields map[string]string `yaml:"fields"` // field to path: "product.images.0.src"; "*" for every element
}

type choice struct {
	css  cascadia.Matcher
	attr string
	drop *regexp.Regexp
}

type stateRule struct {
	css    cascadia.Matcher
	attr   string
	fields map[string][]string
}

// compile checks a profile.
func (p *Profile) compile() error {
	var err error
	if p.product, err = selector(p.Product); err != nil {
		return fmt.Errorf("product: %w", err)
	}
	p.fields = map[string][]choice{}
	for name, list := range p.Fields {
		if !known(name) {
			return fmt.Errorf("unknown field %q", name)
		}
		for _, c := range list {
			x := choice{attr: c.Attr}
			if x.css, err = selector(c.CSS); err != nil {
				return fmt.Errorf("field %s: %w", name, err)
			}
			if c.Drop != "" {
				if x.drop, err = regexp.Compile(c.Drop); err != nil {
					return fmt.Errorf("field %s: %w", name, err)
				}
			}
			p.fields[name] = append(p.fields[name], x)
		}
	}
	for name := range p.Constants {
		if !known(name) {
			return fmt.Errorf("constants: unknown field %q", name)
		}
	}
	for _, s := range p.State {
		x := stateRule{attr: s.Attr, fields: map[string][]string{}}
		if x.css, err = selector(s.CSS); err != nil {
			return fmt.Errorf("state: %w", err)
		}
		for name, path := range s.Fields {
			if !known(name) {
				return fmt.Errorf("state: unknown field %q", name)
			}
			x.fields[name] = strings.Split(path, ".")
		}
		p.states = append(p.states, x)
	}
	if p.follow, err = patterns(p.Follow); err != nil {
		return err
	}
	p.skip, err = patterns(p.Skip)
	return err
}

func selector(css string) (cascadia.Matcher, error) {
	if css == "" {
		return nil, nil
	}
	return cascadia.ParseGroup(css)
}

func patterns(list []string) ([]*regexp.Regexp, error) {
	var out []*regexp.Regexp
	for _, s := range list {
		re, err := regexp.Compile(s)
		if err != nil {
			return nil, err
		}
		out = append(out, re)
	}
	return out, nil
}

// holds reports whether the profile is for a host.
func (p *Profile) holds(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	return slices.ContainsFunc(p.Hosts, func(h string) bool {
		return h == host || h == name || strings.HasSuffix(name, "."+h)
	})
}

// follows reports whether links to an address are followed.
func (p *Profile) follows(a address) bool {
	s := a.url.RequestURI()
	match := func(re *regexp.Regexp) bool { return re.MatchString(s) }
	return !slices.ContainsFunc(p.skip, match) && (len(p.follow) == 0 || slices.ContainsFunc(p.follow, match))
}
