//go:build js && wasm

package browser

import (
	"context"
	"errors"
	"syscall/js"
)

// Locate gives where the device is now as soon as that is known within enough
// metres, and else, when ctx ends, as well as it is known by then. The browser
// asks its person first where it has to. An error wraps ErrDenied, or the
// device cannot tell where it is, or ctx ended with nothing known.
func Locate(ctx context.Context, enough float64) (best Place, err error) {
	geolocation := js.Global().Get("navigator").Get("geolocation")
	if !geolocation.Truthy() {
		return Place{}, ErrUnsupported
	}
	places, failures := make(chan Place, 16), make(chan error, 16)
	found := js.FuncOf(func(_ js.Value, args []js.Value) any {
		select {
		case places <- placeOf(first(args).Get("coords")):
		default:
		}
		return nil
	})
	failed := js.FuncOf(func(_ js.Value, args []js.Value) any {
		select {
		case failures <- notLocated(first(args)):
		default:
		}
		return nil
	})
	watch := geolocation.Call("watchPosition", found, failed, map[string]any{"enableHighAccuracy": true, "maximumAge": 0})
	defer func() {
		geolocation.Call("clearWatch", watch)
		found.Release()
		failed.Release()
	}()
	for known := false; ; {
		select {
		case p := <-places:
			if !known || p.Accuracy < best.Accuracy {
				known, best = true, p
			}
			if best.Accuracy <= enough {
				return best, nil
			}
		case err := <-failures:
			if known && !errors.Is(err, ErrDenied) {
				return best, nil
			}
			return Place{}, err
		case <-ctx.Done():
			if known {
				return best, nil
			}
			return Place{}, ctx.Err()
		}
	}
}

func placeOf(coords js.Value) Place {
	return Place{coords.Get("latitude").Float(), coords.Get("longitude").Float(), coords.Get("accuracy").Float()}
}

// notLocated reads a GeolocationPositionError (W3C Geolocation, section 10),
// whose text may be about the person and is left out.
func notLocated(e js.Value) error {
	if e.Get("code").Equal(js.ValueOf(1)) {
		return ErrDenied
	}
	return &Error{Name: "GeolocationPositionError", Message: "no place"}
}

// Permissions calls f with the present Permission and its changes until stop is
// called. A browser that does not tell is taken to ask. f must return at once.
func Permissions(f func(Permission)) (stop func()) {
	navigator := js.Global().Get("navigator")
	if !navigator.Get("geolocation").Truthy() || !js.Global().Get("isSecureContext").Truthy() {
		f(Unable)
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		status, err := permission(ctx, navigator)
		if err != nil {
			f(Prompt)
			return
		}
		tell := func(js.Value) { f(Permission(status.Get("state").String())) }
		tell(status)
		deafen := on(status, "change", tell)
		<-ctx.Done()
		deafen()
	}()
	return cancel
}

func permission(ctx context.Context, navigator js.Value) (status js.Value, err error) {
	defer recoverJS(&err)
	permissions := navigator.Get("permissions")
	if !permissions.Truthy() {
		return status, ErrUnsupported
	}
	return await(ctx, permissions.Call("query", map[string]any{"name": "geolocation"}))
}
