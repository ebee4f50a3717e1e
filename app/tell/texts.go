package tell

import (
	"time"

	"timeclock/app/words"
)

// patience is how long the first drawing may wait for the texts, which the page
// has asked for long before.
const patience = 5 * time.Second

// Read makes the texts those of the page's language, as browser.Texts promised
// them. English, which is within the program, is better than none.
func Read(texts func(time.Duration) ([][]byte, error)) {
	documents, err := texts(patience)
	if err != nil || len(documents) == 0 {
		return
	}
	if book, err := words.Open(documents...); err == nil {
		words.Use(book)
	}
}
