// Package front is what a browser sees of the sandbox: an overview, and the
// page on which whoever tries the product makes its Graph misbehave and looks
// at what became of it.
//
// The pages are plain documents and forms; they run no script. Nobody signs in
// to them: the listener they are mounted on must be loopback, and whoever
// mounts them keeps other origins' forms out.
package front
