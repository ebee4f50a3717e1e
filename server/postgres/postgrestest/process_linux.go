package postgrestest

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// unprivileged gives what a process of the server is started with: it ends with
// these tests and, if they run as root, runs as somebody else, to whom folder
// is given.
func unprivileged(folder string) (*syscall.SysProcAttr, error) {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() != 0 {
		return a, nil
	}
	somebody, err := user.Lookup("postgres")
	if err != nil {
		if somebody, err = user.Lookup("nobody"); err != nil {
			return nil, fmt.Errorf("find a user to run PostgreSQL as: %w", err)
		}
	}
	uid, err := strconv.ParseUint(somebody.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user id of %s: %w", somebody.Username, err)
	}
	gid, err := strconv.ParseUint(somebody.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("group id of %s: %w", somebody.Username, err)
	}
	if err := os.Chown(folder, int(uid), int(gid)); err != nil {
		return nil, fmt.Errorf("give the folder to %s: %w", somebody.Username, err)
	}
	a.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return a, nil
}

// memory is a file system in memory, on which tests are five times as fast: to
// make an empty database is to write and sync hundreds of small files.
const (
	memory     = "/dev/shm"
	memoryLeft = 2 << 30
)

// roomy gives the folder to make the server's folder in: in memory where that
// is large, else "" for the usual one.
func roomy() string {
	var free syscall.Statfs_t
	if err := syscall.Statfs(memory, &free); err != nil || free.Bavail*uint64(free.Bsize) < memoryLeft {
		return ""
	}
	return memory
}
