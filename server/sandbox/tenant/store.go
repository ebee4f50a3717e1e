package tenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// snapshot is everything that outlives the process.
type snapshot struct {
	Version int     `json:"version"`
	Cards   []Card  `json:"cards"`
	Shifts  []Shift `json:"shifts"`
	// What the first snapshots did not have.
	TimesOff  []TimeOff           `json:"timesOff,omitempty"`
	Schedules map[string]Schedule `json:"schedules,omitempty"` // by team, as PUT made them
}

const snapshotVersion = 1

// store keeps the snapshot in a folder, or nowhere when dir is empty.
type store struct{ dir string }

func (s store) file() string { return filepath.Join(s.dir, "tenant.json") }

// load gives the snapshot, or nil when there is none.
func (s store) load() (*snapshot, error) {
	if s.dir == "" {
		return nil, nil
	}
	text, err := os.ReadFile(s.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read snapshot: %w", err)
	}
	var snap snapshot
	if err := json.Unmarshal(text, &snap); err != nil {
		return nil, fmt.Errorf("read snapshot %s: %w", s.file(), err)
	}
	if snap.Version != snapshotVersion {
		return nil, fmt.Errorf("read snapshot %s: version %d, want %d", s.file(), snap.Version, snapshotVersion)
	}
	return &snap, nil
}

// save replaces the snapshot as a whole: whoever reads it sees the old one or
// the new one. It is on disk when save returns.
func (s store) save(snap snapshot) error {
	if s.dir == "" {
		return nil
	}
	text, err := json.Marshal(snap)
	if err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	f, err := os.CreateTemp(s.dir, "tenant-*.tmp")
	if err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.file())
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write snapshot: %w", err), os.Remove(f.Name()))
	}
	return syncDir(s.dir)
}

// syncDir makes a rename in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// save writes the state as it is. The caller holds the lock.
func (t *Tenant) save() error {
	if t.store.dir == "" {
		return nil
	}
	snap := snapshot{Version: snapshotVersion, Schedules: t.schedules}
	for _, c := range t.cards {
		snap.Cards = append(snap.Cards, c)
	}
	for _, s := range t.planned {
		snap.Shifts = append(snap.Shifts, s)
	}
	for _, o := range t.absent {
		snap.TimesOff = append(snap.TimesOff, o)
	}
	slices.SortFunc(snap.Cards, byCreation)
	slices.SortFunc(snap.Shifts, func(a, b Shift) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(snap.TimesOff, func(a, b TimeOff) int { return strings.Compare(a.ID, b.ID) })
	return t.store.save(snap)
}
