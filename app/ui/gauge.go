package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Gauge is a bar filled to so many percent, beside the figure that it shows.
func Gauge(percent int) app.UI {
	return svg("0 0 100 6").Class("gauge").Attr("preserveAspectRatio", "none").Body(
		svgPart("rect").Class("bar-rest").Attr("width", 100).Attr("height", 6),
		svgPart("rect").Class("bar-done").Attr("width", min(max(percent, 2), 100)).Attr("height", 6),
	)
}
