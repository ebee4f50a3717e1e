// Package outbox keeps the presses the server has not answered for.
package outbox
