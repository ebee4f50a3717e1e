package torture

import "syscall"

// tied ends a server with the tests, even when they end without cleaning up.
func tied() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
