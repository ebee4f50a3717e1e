package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// NoticedWithin is how long a process that has the database alone (OpenAlone)
// may still go by what another one has changed since, for sessions, their tokens
// and lists of teams. Its own changes it goes by at once.
const NoticedWithin = 250 * time.Millisecond

// memory holds rows as they were last read, decoded. It stands only in a process
// that has the database alone: every change of a row that it makes is followed
// by drop before it is reported as done, so that nobody who was told of the
// change is given what was before. What others change is seen by lookout.
type memory[V any] struct {
	mu      sync.Mutex // protects what follows
	kept    map[string]V
	dropped uint64 // counts drops
}

// keptMost bounds a memory. Of a session with its tokens it is some 6 kB.
const keptMost = 8192

func (m *memory[V]) get(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.kept[key]
	return v, ok
}

// mark is to be had before a row is read that is to be put.
func (m *memory[V]) mark() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dropped
}

// put keeps what was read since the mark, unless something was dropped since: a
// change may have come after the reading.
func (m *memory[V]) put(mark uint64, key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dropped != mark {
		return
	}
	if m.kept == nil {
		m.kept = map[string]V{}
	}
	if len(m.kept) >= keptMost {
		for other := range m.kept {
			delete(m.kept, other) // any one: it is read again when it is wanted
			break
		}
	}
	m.kept[key] = v
}

// drop forgets rows that were changed, or all.
func (m *memory[V]) drop(keys ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropped++
	for _, key := range keys {
		delete(m.kept, key)
	}
}

func (m *memory[V]) dropAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropped++
	clear(m.kept)
}

// recall gives a row from memory, or reads it. Rows that are not there are not
// remembered. What it gives is shared and must not be changed.
func recall[V any](db *DB, m *memory[V], key string, read func() (V, bool, error)) (V, bool, error) {
	if db.lock == nil {
		return read()
	}
	if db.lookout.quiet(db) {
		if v, ok := m.get(key); ok {
			return v, true, nil
		}
	}
	mark := m.mark()
	v, ok, err := read()
	if err == nil && ok {
		m.put(mark, key, v)
	}
	return v, ok, err
}

// lookout sees whether another process has changed the database: an
// administrator who ends sessions, above all. It looks when rows are asked for
// and the last look will soon be too old to go by, and never otherwise. SQLite
// tells it by the data version of Write's connection, which changes with every
// commit but that connection's own (sqlite.org/pragma.html#pragma_data_version),
// and no other connection of this process can change anything.
type lookout struct {
	mu      sync.Mutex // protects what follows
	looking bool
	began   time.Time // the last look; what was committed before it was seen
	version int64
	on      any // the connection that version is of
}

// quiet reports whether memory can be gone by. Meanwhile, and when it cannot be
// seen, rows are read.
func (l *lookout) quiet(db *DB) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	age := time.Since(l.began)
	if age > NoticedWithin/2 && !l.looking {
		l.looking = true
		go l.look(db)
	}
	return age < NoticedWithin
}

func (l *lookout) look(db *DB) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), busyTimeout)
	defer cancel()
	version, on, err := dataVersion(ctx, db.Write)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looking = false
	if err != nil {
		return // looked for again when rows are asked for
	}
	if version != l.version || on != l.on {
		db.sessions.dropAll()
		db.tokens.dropAll()
		db.teams.dropAll()
	}
	l.version, l.on, l.began = version, on, began
}

// dataVersion gives the data version of a connection of the pool, and which
// that is.
func dataVersion(ctx context.Context, pool *sql.DB) (version int64, on any, err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return 0, nil, fmt.Errorf("look for changes: %w", err)
	}
	defer conn.Close()
	if err := conn.Raw(func(driver any) error { on = driver; return nil }); err != nil {
		return 0, nil, fmt.Errorf("look for changes: %w", err)
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return 0, nil, fmt.Errorf("look for changes: %w", err)
	}
	return version, on, nil
}

// query reads through Read with a statement that each of its connections
// compiles once. It is for the texts that stand in this package.
func (db *DB) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := db.asked(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// queryRow is query for one row.
func (db *DB) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := db.asked(ctx, query)
	if err != nil {
		return db.Read.QueryRowContext(ctx, query, args...) // says why not
	}
	return s.QueryRowContext(ctx, args...)
}

func (db *DB) asked(ctx context.Context, query string) (*sql.Stmt, error) {
	if made, ok := db.queries.Load(query); ok {
		return made.(*sql.Stmt), nil
	}
	fresh, err := db.Read.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("compile query: %w", err)
	}
	made, ok := db.queries.LoadOrStore(query, fresh)
	if ok {
		_ = fresh.Close() // somebody was faster
	}
	return made.(*sql.Stmt), nil
}
