// Package telemetry lets an operator see what the server does: log lines,
// request ids, metrics, and whether it lives and is ready.
//
// A log line names a request by its id, its method, the pattern of the route
// that served it, status, bytes and duration. It never holds a path as it was
// asked for, a query, a cookie, a token, a name or a position, so a log may be
// handed to others. The same id stands in the answer's X-Request-Id and in a
// wire.Problem, so that a person can quote it.
//
// Requests wraps the whole server, Route its mux, and Health mounts /healthz
// and /readyz. Metrics mounts /metrics, at an address of its own.
package telemetry
