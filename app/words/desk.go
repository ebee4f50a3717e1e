package words

// AddDesk adds the supervisors' texts to the Book in use. Only programs that
// call it contain the English. It is called before anything is drawn.
func AddDesk() {
	desk := &Book{Form: English.Form, Texts: deskEnglish(), Under: &English}
	b := *inUse
	if inUse == &English {
		b.Texts, b.Under = desk.Texts, &English
	} else {
		b.Under = desk
	}
	inUse = &b
}

// EnglishOf gives the English texts that a document of a language has to say
// too: its own, the supervisors', and those of files.
func EnglishOf() (own, desk, file map[Key]string) {
	return English.Texts, merged(deskEnglish(), limitEnglish), fileEnglish
}
