package image

// label finds the connected regions of wide, in reading order of their first samples, and calls each with its number from 1,
// the box of its samples of mask and their count. It returns the number of each sample, 0 outside. w is the width.
func label(wide, mask []bool, w int, each func(number int32, b box, area int)) []int32 {
	labels := make([]int32, len(wide))
	var queue []int
	next := int32(0)
	for start := range wide {
		if !wide[start] || labels[start] != 0 {
			continue
		}
		next++
		labels[start] = next
		queue = append(queue[:0], start)
		b, area := box{w, len(wide), 0, 0}, 0
		for len(queue) > 0 {
			i := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			x, y := i%w, i/w
			if mask[i] {
				area++
				b = box{min(b.x0, x), min(b.y0, y), max(b.x1, x+1), max(b.y1, y+1)}
			}
			for _, k := range [4]int{i - 1, i + 1, i - w, i + w} {
				if k < 0 || k >= len(wide) || k == i-1 && x == 0 || k == i+1 && x == w-1 {
					continue
				}
				if wide[k] && labels[k] == 0 {
					labels[k] = next
					queue = append(queue, k)
				}
			}
		}
		each(next, b, area)
	}
	return labels
}
