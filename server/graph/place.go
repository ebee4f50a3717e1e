package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// located adds to an error of JSON where in the text it is, for whoever looks
// for the fault. What stands there is not told: it may be about people.
func located(text []byte, err error) error {
	at := -1
	var syntax *json.SyntaxError
	var wrong misread
	switch {
	case errors.As(err, &wrong):
		at = wrong.at
	case errors.As(err, &syntax):
		at = int(syntax.Offset) - 1
	}
	if at < 0 || at > len(text) {
		return err
	}
	before := text[:at]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Errorf("line %d, byte %d of it: %w", line, column, err)
}
