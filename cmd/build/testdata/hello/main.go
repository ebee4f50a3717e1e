// Command hello is a small program for the tests of cmd/build.
package main

import "fmt"

func main() { fmt.Println("hello") }
