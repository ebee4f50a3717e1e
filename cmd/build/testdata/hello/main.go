// Command hello is a small program for the tests of cmd/build. With an
// argument it ends in a panic.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("hello")
	if len(os.Args) > 1 {
		fail(os.Args[1])
	}
}

//go:noinline
func fail(why string) { panic(why) }
