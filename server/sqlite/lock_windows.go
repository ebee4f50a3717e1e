package sqlite

import (
	"errors"
	"os"
	"syscall"
)

// errorSharingViolation is ERROR_SHARING_VIOLATION: somebody else has the file
// open.
const errorSharingViolation = syscall.Errno(32)

// lockFile opens a file, which it makes if there is none, so that nobody else can
// until it is closed or the process ends. It does not wait: the error is errHeld
// when somebody else has it.
func lockFile(file string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(file)
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: file, Err: err}
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	switch {
	case err == nil:
		return os.NewFile(uintptr(handle), file), nil
	case errors.Is(err, errorSharingViolation):
		return nil, errHeld
	}
	return nil, &os.PathError{Op: "lock", Path: file, Err: err}
}
