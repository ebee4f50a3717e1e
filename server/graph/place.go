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
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset < 1 || syntax.Offset > int64(len(text)) {
		return err
	}
	before := text[:syntax.Offset-1]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Errorf("line %d, byte %d of it: %w", line, column, err)
}
