package words

// Together joins the texts that are not empty, each with the next as by says:
// Joined or Listed.
func Together(by Key, texts ...string) string {
	all := ""
	for _, text := range texts {
		switch {
		case all == "":
			all = text
		case text != "":
			all = T(by, "first", all, "second", text)
		}
	}
	return all
}

// Labelling puts a label before a text, and Labels one that is named by its key.
func Labelling(label, text string) string { return T(Labelled, "label", label, "text", text) }

// Labels is told of at Labelling.
func Labels(label Key, text string) string { return Labelling(T(label), text) }
