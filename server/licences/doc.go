// Package licences serves the licences of everything the product consists of,
// whose authors ask that their words go along with every copy.
//
// The texts stand in one file, which a test makes from the modules that the two
// programs are built from; it fails when that file and go.mod have parted.
package licences
