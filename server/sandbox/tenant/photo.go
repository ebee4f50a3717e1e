package tenant

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"net/http"
)

// photo answers a person's picture, or that there is none.
func (t *Tenant) photo(q *request) (answer, error) {
	p, err := t.meant(q)
	if err != nil {
		return answer{}, err
	}
	if !p.Photo {
		return answer{}, plain(http.StatusNotFound, "ImageNotFound",
			"Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.")
	}
	return answer{status: http.StatusOK, raw: portrait(p.ID), kind: "image/png"}, nil
}

// photoSide is the width and height of a picture, in pixels.
const photoSide = 96

// portrait draws head and shoulders in colours of the person's own: the same
// picture each time.
func portrait(id string) []byte {
	h := fnv.New32a()
	h.Write([]byte(id))
	shade := func(n uint32, least uint8) uint8 { return least + uint8(h.Sum32()>>n)%64 }
	wall := color.NRGBA{shade(0, 40), shade(8, 70), shade(16, 90), 255}
	skin := color.NRGBA{255 - shade(4, 0), 220 - shade(12, 0), 190 - shade(20, 0), 255}
	coat := color.NRGBA{shade(24, 150), shade(2, 130), shade(10, 110), 255}
	img := image.NewNRGBA(image.Rect(0, 0, photoSide, photoSide))
	for y := range photoSide {
		for x := range photoSide {
			at := wall
			switch {
			case head.holds(x, y):
				at = skin
			case shoulders.holds(x, y):
				at = coat
			}
			img.SetNRGBA(x, y, at)
		}
	}
	var text bytes.Buffer
	if err := png.Encode(&text, img); err != nil {
		panic(err) // a buffer takes everything
	}
	return text.Bytes()
}

// ellipse is a round shape: its middle and its two radii.
type ellipse struct{ x, y, rx, ry int }

var (
	head      = ellipse{48, 40, 18, 20}
	shoulders = ellipse{48, 100, 38, 36}
)

// holds reports whether a point is within.
func (e ellipse) holds(x, y int) bool {
	dx, dy := (x-e.x)*e.ry, (y-e.y)*e.rx
	return dx*dx+dy*dy <= e.rx*e.rx*e.ry*e.ry
}
