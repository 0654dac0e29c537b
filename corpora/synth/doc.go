// Package synth makes listings, rights and pictures that nobody owns, with the truth about each, in any number and
// always the same for the same seed. Quality figures, benchmarks and load tests run on it.
//
// A World is a catalogue and the register it is screened against. Every right and every listing is a function of the
// seed and its number: World.Right(7) and World.Item(7) can be asked for at any time, in any order, from any goroutine,
// and the sources World.Rights and World.Listings stream them without holding any. Names look like entries of a
// register: most are invented from syllables, some share common stems, some are ordinary words, personal names,
// abbreviations or Chinese. Names repeat among rights as they do in a register.
//
// The vocabulary is the package's own. The random source is too (SplitMix64, Steele, Lea and Flood, 2014), so that no
// change of a library changes a frozen figure. The package says nothing of real marks: those who measure on real names
// apply Treatment to them.
package synth

// dice is a SplitMix64 generator.
type dice uint64

// roll returns the generator of item n in the stream named by salt.
func roll(seed, salt uint64, n int) *dice {
	d := dice(seed ^ salt*0x9e3779b97f4a7c15)
	d = dice(d.next() ^ uint64(n))
	d.next()
	return &d
}

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n returns a number in [0, n). Its bias, at most n/2³², is of no account here.
func (d *dice) n(n int) int { return int(d.next() >> 32 * uint64(n) >> 32) }

// chance reports true in percent of the calls.
func (d *dice) chance(percent int) bool { return d.n(100) < percent }

// of returns one element of s.
func of[T any](d *dice, s []T) T { return s[d.n(len(s))] }

// weighted returns an index of weights, each with a share by its weight.
func (d *dice) weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	at := d.n(sum)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}
