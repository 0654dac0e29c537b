package browser

import (
	"bytes"
	"os"
	"strconv"
)

// memoryOf returns the bytes that a process and its descendants hold for themselves alone.
func memoryOf(root int) int64 {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	parent, own := map[int]int{}, map[int]int64{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		b, err := os.ReadFile("/proc/" + e.Name() + "/status")
		if err != nil {
			continue
		}
		parent[pid] = int(number(b, "\nPPid:"))
		own[pid] = number(b, "\nRssAnon:") << 10
	}
	var sum int64
	for pid := range own {
		for p, depth := pid, 0; p > 1 && depth < 64; p, depth = parent[p], depth+1 {
			if p == root {
				sum += own[pid]
				break
			}
		}
	}
	return sum
}

// number reads the number behind a name.
func number(b []byte, name string) int64 {
	k := bytes.Index(b, []byte(name))
	if k < 0 {
		return 0
	}
	f := bytes.Fields(b[k+len(name):])
	if len(f) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(string(f[0]), 10, 64)
	return n
}
