//go:build !js

package browser

import "context"

func texts(context.Context) ([][]byte, error) { return nil, nil }

var cookies = map[string]string{}

// Cookie gives the value of a cookie that scripts may read, or nothing.
func Cookie(name string) string { return cookies[name] }

// SetCookie keeps a cookie for the life of the process.
func SetCookie(name, value string) { cookies[name] = value }

// ApplyTheme draws the page in the theme that was chosen; the host has no page.
func ApplyTheme() {}
