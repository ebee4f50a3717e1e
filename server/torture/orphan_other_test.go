//go:build !linux

package torture

import "syscall"

// tied leaves a server to itself when the tests end without cleaning up.
func tied() *syscall.SysProcAttr { return nil }
