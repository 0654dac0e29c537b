package judge

import "testing"

func TestParsePrice(t *testing.T) {
	for s, want := range map[string]struct {
		amount   float64
		currency string
	}{
		"129.00 USD": {129, "USD"}, "EUR 1.299,00": {1299, "EUR"}, "1,299.50": {1299.5, ""}, "12,99": {12.99, ""}, "1,299": {1299, ""},
		"0.5 gbp": {0.5, "GBP"}, "1.234.567": {1234567, ""}, "1.299,005": {1299.005, ""},
	} {
		if a, c, ok := ParsePrice(s); !ok || a != want.amount || c != want.currency {
			t.Errorf("%q: %v %q %v", s, a, c, ok)
		}
	}
	for _, s := range []string{"", "free", "-3", "0", "1 2", "NaN", "1e400", "1 USD EUR", "Inf"} {
		if a, c, ok := ParsePrice(s); ok {
			t.Errorf("%q: %v %q", s, a, c)
		}
	}
}
