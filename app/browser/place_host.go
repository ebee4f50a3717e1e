//go:build !js

package browser

import "context"

// Locate gives where the device is; the host is nowhere.
func Locate(context.Context, float64) (Place, error) { return Place{}, ErrUnsupported }

// Permissions calls f with the present Permission and its changes until stop is
// called; the host has none to give.
func Permissions(f func(Permission)) (stop func()) {
	f(Unable)
	return func() {}
}
