package words

// The supervisors' screens. Their texts are in a Book only after AddDesk.
const (
	DeskTitle       Key = "desk.title"
	DeskDeniedTitle Key = "desk.deniedTitle"
	DeskDeniedText  Key = "desk.deniedText"
)
