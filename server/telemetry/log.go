package telemetry

import (
	"context"
	"io"
	"log/slog"
	"os"
)

// NewLogger gives a logger that writes to w: lines for people when w is a
// terminal, JSON otherwise. Lines logged with the context of a request carry
// its id as "request".
func NewLogger(w io.Writer, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewJSONHandler(w, options)
	if isTerminal(w) {
		h = slog.NewTextHandler(w, options)
	}
	return slog.New(requestHandler{h})
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// requestHandler adds the request's id to every record.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}

// Heed gives a logger that writes as log does and tells of every line of the
// audit log, whether log writes it or not.
func Heed(log *slog.Logger, tell func(Event)) *slog.Logger {
	return slog.New(heedHandler{log.Handler(), tell})
}

type heedHandler struct {
	slog.Handler
	tell func(Event)
}

// Enabled lets every level through at which audit lines are written.
func (h heedHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo || h.Handler.Enabled(ctx, level)
}

func (h heedHandler) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == AuditKey {
			h.tell(Event(r.Message))
		}
		return a.Key != AuditKey
	})
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h heedHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return heedHandler{h.Handler.WithAttrs(attrs), h.tell}
}

func (h heedHandler) WithGroup(name string) slog.Handler {
	return heedHandler{h.Handler.WithGroup(name), h.tell}
}
