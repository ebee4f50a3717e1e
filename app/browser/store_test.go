//go:build !js

package browser

import (
	"context"
	"errors"
	"testing"
)

func TestStoreAppliesChangesAndHandsOutCopies(t *testing.T) {
	s := NewStore("x")
	put := func(c Change) {
		t.Helper()
		if err := s.Update(t.Context(), func(map[string][]byte) Change { return c }); err != nil {
			t.Fatalf("Update = %v", err)
		}
	}
	put(Change{"a": []byte("1"), "b": []byte("2")})
	put(Change{"a": nil, "c": []byte("3")})
	all, err := s.Load(t.Context())
	if err != nil || len(all) != 2 || string(all["b"]) != "2" || string(all["c"]) != "3" {
		t.Fatalf("Load = %q, %v", all, err)
	}
	all["b"][0] = 'x'
	if again, _ := s.Load(t.Context()); string(again["b"]) != "2" {
		t.Errorf("Load after its answer was changed = %q, want 2", again["b"])
	}
}

func TestLocksExcludeAndGiveUp(t *testing.T) {
	locks := NewLocks()
	release, err := locks.Lock(t.Context(), "a")
	if err != nil {
		t.Fatalf("Lock = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := locks.Lock(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("Lock of a held lock = %v, want to wait until the context ends", err)
	}
	if _, err := locks.Lock(t.Context(), "b"); err != nil {
		t.Errorf("Lock of another name = %v", err)
	}
	release()
	release()
	if _, err := locks.Lock(t.Context(), "a"); err != nil {
		t.Errorf("Lock after release = %v", err)
	}
}
