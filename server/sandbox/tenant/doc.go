// Package tenant is a Microsoft Graph that keeps time cards: a stateful double
// of the Shifts part of the real service, spoken to over HTTP.
//
// It answers the operations that the time clock needs, under /v1.0 and /beta,
// with the shapes, status codes, error envelopes, paging and throttling that
// Microsoft documents or that clients of the live service have seen. What no
// public source tells stands in one table, [Assumptions], and can be flipped
// there. On demand it misbehaves ([Fault]): slow, throttled, failing or
// falling silent, before or after the effect has happened.
//
// Three things hold whatever the weather:
//
//   - an effect that was answered is in the snapshot on disk before the answer
//     leaves, when the tenant was given a folder;
//   - every call and the effect it had stand in the log ([Tenant.Calls]) before
//     its answer leaves, so a test may judge by it as soon as it has an answer;
//   - nothing but the operations of this package changes a card.
//
// The package shares no code with the product it stands opposite to. A double
// that computed a card by the product's own rules would agree with every
// mistake in them.
package tenant
