//go:build avif && nodynamic

package image

// avifNeedsTagNodynamic is missing in builds with the tag avif alone, which must fail.
const avifNeedsTagNodynamic = true
