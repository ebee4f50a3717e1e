package browser

// File is something to keep.
type File struct {
	Name string // as it is to be called
	Kind string // media type
	Data []byte
}
