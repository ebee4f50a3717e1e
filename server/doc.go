// Package server is Timeclock's server, assembled: which handlers there are,
// in which order a request passes through what stands before them, and how it
// all starts and stops. Nothing is decided here.
package server
