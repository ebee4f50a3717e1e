//go:build !js

package browser

import "sync"

var kept sync.Map

// Keep stores text under key for the life of the process.
func Keep(key, text string) { kept.Store(key, text) }

// Kept gives what Keep stored under key, or nothing.
func Kept(key string) string {
	v, _ := kept.Load(key)
	s, _ := v.(string)
	return s
}
