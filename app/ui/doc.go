// Package ui draws. A component here takes finished words, flags and a
// handler, and gives elements of go-app; it knows no time, no card and no
// server, and decides nothing.
//
// Most components are plain values with a Draw method. Only Act is a component
// in go-app's sense, because go-app compares handlers by their code and not by
// what they captured: whatever tells one button from another must sit in a
// field of a component of its own.
//
// Styles are classes of web/css. A style attribute is never set: the
// Content-Security-Policy forbids it, so what depends on a figure is drawn as
// SVG, whose sizes are attributes.
package ui
