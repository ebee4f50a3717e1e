//go:build !linux

package postgrestest

import "syscall"

// unprivileged leaves everything as it is: on this system the tests must be run
// by an ordinary user.
func unprivileged(string) (*syscall.SysProcAttr, error) { return nil, nil }

// roomy leaves the choice of a folder to the system.
func roomy() string { return "" }
