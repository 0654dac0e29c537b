//go:build !avif

package image

// avifCodec returns no codec: AVIF is named as unsupported. Build with -tags avif,nodynamic to read it.
func avifCodec() (codec, bool) { return codec{}, false }
