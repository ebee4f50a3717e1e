// Package conformance holds the client of Microsoft Graph, and the sandbox's
// Graph that its tests run against, to what is published about the real
// service. It has tests only and adds nothing to any program.
//
// Three things are compared with the published descriptions (OpenAPI), the
// documented payloads and the published permissions:
//
//   - every exchange that any test of the project had with a Graph of the
//     sandbox, recorded by package tape: each request of the client, each
//     answer of the sandbox;
//   - the client's table of operations: method, path, status, permission;
//   - the documented example payloads, sent to the sandbox and read by the
//     client.
//
// Where the descriptions, the documentation and the service are known to
// disagree, the table of differences says which one is followed and why.
// Whatever is not in that table and disagrees fails.
//
// The descriptions are not part of the project. TIMECLOCK_GRAPH_DESCRIPTIONS
// names the folder that has them: openapi-v1.0.yaml, openapi-v1.0-extras.yaml,
// openapi-beta.yaml, permissions.json and examples/ with its operations.json.
// Without it, what needs them is skipped and says so. The documents that the
// product was specified by are kept in testdata and are always held to.
package conformance
