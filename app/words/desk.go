package words

// AddDesk adds the supervisors' texts to the Book in use. Only programs that
// call it contain them. It is called before anything is drawn.
func AddDesk() {
	more := *inUse
	more.Texts = merged(inUse.Texts, deskEnglish())
	inUse = &more
}
