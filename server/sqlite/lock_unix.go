//go:build unix

package sqlite

import (
	"errors"
	"os"
	"syscall"
)

// lockFile opens a file, which it makes if there is none, and locks it until it is
// closed or the process ends. It does not wait: the error is errHeld when
// somebody else has the lock. The file stays when the lock goes, since
// whoever removed it could take it from under another's.
func lockFile(file string) (*os.File, error) {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, errors.Join(errHeld, f.Close())
	}
	return nil, errors.Join(&os.PathError{Op: "lock", Path: file, Err: err}, f.Close())
}
