// Package screen draws the supervisors' screens, one file each. It shows what
// package desk holds and tells it what was pressed; texts come from package
// words, and parts that only draw from package ui.
package screen
