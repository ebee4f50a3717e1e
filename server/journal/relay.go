package journal

import "timeclock/server/watch"

// Join lets those who watch here hear of presses and amendments that other
// processes deliver, and the other way round. It is called once, before the
// journal is used.
func (j *Journal) Join(r watch.Relay) {
	j.hub.Join(r, "receipts")
	j.acts.Join(r, "acts")
	j.amended.Join(r, "amended")
}
