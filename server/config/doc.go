// Package config turns flags and environment into a checked Config.
//
// One table of settings drives everything: which variables and flags there
// are, what they mean, their defaults, how a value is read and checked, the
// text of --help and the table in the README. What is not in the table does
// not exist, so none of these can disagree.
//
// Load reports every problem it finds at once, and each names the setting and
// says what to do. Secrets are of type Secret, which no way of printing
// reveals; a problem never quotes a secret's value.
//
// The package is read by commands only. Other packages take plain values, and
// so can be run without an environment.
package config
