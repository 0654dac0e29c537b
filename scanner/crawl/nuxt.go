package crawl

import (
	"encoding/json"

	"lookalike/corpora/table"
)

// hydrate puts together state that Nuxt 3 writes as a flat list (devalue): members and elements are positions in it, and
// some lists name the kind of what they hold.
func hydrate(text string) (table.JSONValue, bool) {
	var flat []any
	if len(text) > maxBlob || json.Unmarshal([]byte(text), &flat) != nil || len(flat) < 2 {
		return table.JSONValue{}, false
	}
	left := maxObjects
	var at func(i any, depth int) any
	at = func(i any, depth int) any {
		n, ok := i.(float64)
		if left--; !ok || n < 0 || int(n) >= len(flat) || left < 0 || depth > 2*maxNesting {
			return nil
		}
		switch x := flat[int(n)].(type) {
		case map[string]any:
			out := make(map[string]any, len(x))
			for k, v := range x {
				out[k] = at(v, depth+1)
			}
			return out
		case []any:
			if len(x) > 1 {
				switch kind, _ := x[0].(string); kind {
				case "Reactive", "ShallowReactive", "Ref", "ShallowRef":
					return at(x[1], depth+1)
				case "Date", "BigInt":
					return x[1]
				case "":
				default:
					return nil
				}
			}
			out := make([]any, len(x))
			for k, v := range x {
				out[k] = at(v, depth+1)
			}
			return out
		default:
			return x
		}
	}
	b, err := json.Marshal(at(0.0, 0))
	if err != nil || len(b) > maxBlob {
		return table.JSONValue{}, false
	}
	v, err := table.ParseJSON(b)
	return v, err == nil
}
