package clock

// Rulings tells how many rows of the table decide about this press, and the
// ruling of the last.
func Rulings(seen, stands State, k Kind) (rows int, ruling Ruling) {
	for _, r := range rulings {
		if r.seen == seen && r.stands == stands {
			rows, ruling = rows+1, r.of(k)
		}
	}
	return rows, ruling
}
