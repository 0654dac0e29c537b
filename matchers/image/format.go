package image

import (
	"bytes"
	"encoding/binary"
)

// format is a picture format as its first bytes tell it. Names of files and declared types are not asked.
type format string

// The formats that are decoded.
const (
	formatJPEG format = "JPEG"
	formatPNG  format = "PNG"
	formatGIF  format = "GIF"
	formatBMP  format = "BMP"
	formatWebP format = "WebP"
	formatTIFF format = "TIFF"
	formatSVG  format = "SVG"  // drawn for rights only
	formatAVIF format = "AVIF" // with the build tags avif and nodynamic
)

// formatUnknown is the name reported for bytes of no known format.
const formatUnknown format = "unknown"

// signatures are fixed first bytes.
var signatures = []struct {
	magic string
	is    format
}{
	{"\xff\xd8\xff", formatJPEG},
	{"\x89PNG\r\n\x1a\n", formatPNG},
	{"GIF87a", formatGIF},
	{"GIF89a", formatGIF},
	{"BM", formatBMP},
	{"II*\x00", formatTIFF},
	{"MM\x00*", formatTIFF},
	{"\x00\x00\x01\x00", "ICO"},
	{"8BPS", "PSD"},
	{"%PDF-", "PDF"},
	{"\xff\x0a", "JPEG XL"},
	{"\x00\x00\x00\x0cJXL ", "JPEG XL"},
	{"\x00\x00\x00\x0cjP  ", "JPEG 2000"},
	{"\x1aE\xdf\xa3", "WebM"},
}

// brands are the major brands of ISO base media files.
var brands = map[string]format{
	"avif": formatAVIF, "avis": formatAVIF,
	"heic": "HEIC", "heix": "HEIC", "heim": "HEIC", "heis": "HEIC", "hevc": "HEIC", "hevx": "HEIC",
	"mif1": "HEIC", "msf1": "HEIC",
}

// sniff names the format of data.
func sniff(data []byte) format {
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.magic)) {
			return s.is
		}
	}
	if len(data) >= 12 {
		switch {
		case string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
			return formatWebP
		case string(data[4:8]) == "ftyp":
			return sniffBrand(data)
		}
	}
	return sniffMarkup(data)
}

// sniffBrand tells AVIF and HEIC from other ISO media by the major brand, then by the compatible ones.
func sniffBrand(data []byte) format {
	size := int(min(binary.BigEndian.Uint32(data), 256))
	if f := brands[string(data[8:12])]; f == formatAVIF {
		return f
	}
	for at := 16; at+4 <= min(size, len(data)); at += 4 {
		if f := brands[string(data[at:at+4])]; f == formatAVIF {
			return f
		}
	}
	if f := brands[string(data[8:12])]; f != "" {
		return f
	}
	return "MP4"
}

// sniffMarkup tells SVG from HTML by the first element name in the first kilobyte.
func sniffMarkup(data []byte) format {
	head := bytes.ToLower(data[:min(len(data), 1024)])
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<")) {
		return formatUnknown
	}
	svg, html := bytes.Index(head, []byte("<svg")), bytes.Index(head, []byte("<html"))
	switch {
	case svg >= 0 && (html < 0 || svg < html):
		return formatSVG
	case html >= 0 || bytes.HasPrefix(head, []byte("<!doctype html")):
		return "HTML"
	}
	return formatUnknown
}
