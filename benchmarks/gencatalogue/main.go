// Gencatalogue draws the pictures of the sample catalogue.
//
//	go run ./benchmarks/gencatalogue -out benchmarks/catalogue/images
//
// Every picture is made of plain shapes, so that the catalogue carries nobody's photo. The same program gives the same
// bytes.
package main

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", "benchmarks/catalogue/images", "folder for the pictures")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes every picture below dir.
func run(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, b := range pictures() {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pictures returns the files by name.
func pictures() map[string][]byte {
	sneaker := asJPEG(sneaker())
	return map[string][]byte{
		"three_diamonds.png":  asPNG(threeDiamonds()),
		"four_rings.png":      asPNG(fourRings()),
		"mug.png":             asPNG(mug()),
		"tote.png":            asPNG(tote(true)),
		"tote_back.png":       asPNG(tote(false)),
		"sneaker.jpg":         sneaker,
		"clock.gif":           asGIF(clock()),
		"cut_off.jpg":         sneaker[:len(sneaker)/3],
		"one_dot.png":         asPNG(image.NewRGBA(image.Rect(0, 0, 1, 1))),
		"not_a_picture.png":   []byte("This file is a text and not a picture.\n"),
		"empty.jpg":           nil,
		"claims_too_much.png": hugePNG(20000, 20000),
	}
}

var (
	paper = color.RGBA{250, 249, 246, 255}
	ink   = color.RGBA{28, 28, 32, 255}
)

// threeDiamonds draws three rhombs with an angle of 60° that meet in one point.
func threeDiamonds() image.Image {
	c := newCanvas(480, 480, color.RGBA{255, 255, 255, 255})
	const x, y, side = 240, 270, 124
	for i := range 3 {
		ax, ay := onCircle(x, y, side, 4*i-1, 12)
		tx, ty := onCircle(x, y, side*1.7320508, 4*i, 12)
		bx, by := onCircle(x, y, side, 4*i+1, 12)
		c.polygon(color.RGBA{200, 16, 30, 255}, x, y, ax, ay, tx, ty, bx, by)
	}
	return c.img
}

// fourRings draws four linked rings in a row.
func fourRings() image.Image {
	c := newCanvas(720, 300, color.RGBA{255, 255, 255, 255})
	for i := range 4 {
		c.ring(ink, 165+float32(i)*130, 150, 92, 72)
	}
	return c.img
}

func mug() image.Image {
	c := newCanvas(400, 400, paper)
	glaze := color.RGBA{96, 128, 142, 255}
	c.ring(glaze, 282, 205, 66, 42)
	c.polygon(glaze, 92, 110, 282, 110, 270, 310, 104, 310)
	c.polygon(color.RGBA{72, 98, 110, 255}, 92, 110, 282, 110, 279, 138, 95, 138)
	for i := range 24 {
		c.disc(color.RGBA{58, 74, 80, 255}, 112+float32(i*37%150), 160+float32(i*53%136), 2.5)
	}
	return c.img
}

func tote(front bool) image.Image {
	c := newCanvas(360, 440, paper)
	cloth := color.RGBA{214, 198, 166, 255}
	c.ring(color.RGBA{178, 158, 120, 255}, 180, 140, 84, 70)
	c.polygon(cloth, 70, 150, 290, 150, 306, 410, 54, 410)
	if front {
		c.polygon(color.RGBA{120, 140, 96, 255}, 180, 210, 240, 350, 120, 350)
		c.polygon(color.RGBA{150, 170, 120, 255}, 180, 190, 216, 280, 144, 280)
	}
	return c.img
}

func sneaker() image.Image {
	c := newCanvas(640, 400, color.RGBA{236, 238, 240, 255})
	c.polygon(color.RGBA{70, 104, 150, 255}, 110, 150, 210, 130, 290, 205, 470, 250, 540, 290, 540, 315, 105, 315)
	c.polygon(color.RGBA{245, 245, 240, 255}, 96, 312, 552, 312, 548, 346, 104, 346)
	c.polygon(color.RGBA{245, 245, 240, 255}, 440, 246, 500, 262, 540, 292, 540, 312, 430, 312)
	for i := range 4 {
		x := 262 + float32(i)*34
		c.polygon(color.RGBA{250, 250, 250, 255}, x, 190+float32(i)*11, x+26, 186+float32(i)*11, x+27, 192+float32(i)*11, x+1, 196+float32(i)*11)
	}
	return c.img
}

func clock() image.Image {
	c := newCanvas(300, 300, paper)
	c.disc(color.RGBA{150, 110, 70, 255}, 150, 150, 130)
	c.disc(color.RGBA{255, 255, 255, 255}, 150, 150, 112)
	for i := range 12 {
		x, y := onCircle(150, 150, 98, i, 12)
		c.disc(ink, x, y, 5)
	}
	c.polygon(ink, 146, 150, 150, 80, 154, 150)
	c.polygon(ink, 150, 146, 205, 176, 150, 154)
	return c.img
}

func asPNG(m image.Image) []byte {
	var b bytes.Buffer
	must((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, m))
	return b.Bytes()
}

func asJPEG(m image.Image) []byte {
	var b bytes.Buffer
	must(jpeg.Encode(&b, m, &jpeg.Options{Quality: 85}))
	return b.Bytes()
}

func asGIF(m image.Image) []byte {
	var b bytes.Buffer
	must(gif.Encode(&b, m, &gif.Options{NumColors: 256}))
	return b.Bytes()
}

// hugePNG returns a file of a few dozen bytes whose header claims w×h pixels.
func hugePNG(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, data []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
		body := append([]byte(name), data...)
		b = append(b, body...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	chunk("IHDR", append(head, 8, 2, 0, 0, 0))
	chunk("IEND", nil)
	return b
}

// must panics on an error of an encoder that writes to memory, which has none to give.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
