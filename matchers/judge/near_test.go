package judge

import "testing"

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"nike", "nike", 0}, {"nike", "nkie", 1}, {"nike", "nikee", 1},
		{"nike", "mike", 1}, {"range", "hanse", 2}, {"adidas", "addidas", 1}, {"ca", "abc", 3}, {"耐克", "耐刻", 1},
	} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("%q %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
