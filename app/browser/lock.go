package browser

import (
	"context"
	"sync"
)

// locals are locks among the goroutines of this program.
type locals struct {
	mu    sync.Mutex
	named map[string]chan struct{} // guarded by mu; each holds one token while locked
}

// lock waits for the lock with that name, or for the end of ctx.
func (l *locals) lock(ctx context.Context, name string) (release func(), err error) {
	l.mu.Lock()
	if l.named == nil {
		l.named = map[string]chan struct{}{}
	}
	token, ok := l.named[name]
	if !ok {
		token = make(chan struct{}, 1)
		l.named[name] = token
	}
	l.mu.Unlock()
	select {
	case token <- struct{}{}:
		return sync.OnceFunc(func() { <-token }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
