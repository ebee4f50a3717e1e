package watch

// Relay carries news between the processes that serve the same people. One
// process alone needs none.
type Relay interface {
	// Publish hands news about key to the subscribers of the topic in every
	// other process, in the order of the calls, at most once. News is JSON; nil
	// stands for news that cannot be sent. Publish does not wait: what cannot
	// be carried is made up for by a call of Missed at the other end.
	Publish(topic, key string, news []byte)
	// Subscribe has s told from now on, one call at a time.
	Subscribe(topic string, s Subscriber)
}

// Subscriber is told what other processes publish. Its functions must not
// block.
type Subscriber struct {
	// Heard is given what was published.
	Heard func(key string, news []byte)
	// Missed says that news about key, or Everything, may have been lost.
	Missed func(key string)
}

// Everything is the key in Missed that stands for all.
const Everything = ""
