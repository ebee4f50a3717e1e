package browser

// Adopted is what a person had typed into the shell's form before the program
// took the page over.
type Adopted struct {
	Note       string
	Focused    bool // the note had the focus
	Start, End int  // the selection in it, in UTF-16 units
}
