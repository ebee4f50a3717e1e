package browser

import (
	"context"
	"time"
)

// Texts fetches the documents that the page names as the texts of its language,
// in order; none where the program has them. It gives the promise of them at
// once.
func Texts(ctx context.Context) func(patience time.Duration) ([][]byte, error) {
	type answer struct {
		documents [][]byte
		err       error
	}
	come := make(chan answer, 1)
	go func() {
		documents, err := texts(ctx)
		come <- answer{documents, err}
	}()
	return func(patience time.Duration) ([][]byte, error) {
		select {
		case a := <-come:
			return a.documents, a.err
		case <-time.After(patience):
			return nil, context.DeadlineExceeded
		}
	}
}
