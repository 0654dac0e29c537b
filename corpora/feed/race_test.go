//go:build race

package feed

// raced says that the race detector slows the tests down.
const raced = true
