// Package tenant is a Microsoft Graph that keeps time cards: a stateful double
// of the Shifts part of the real service, spoken to over HTTP.
//
// It answers the operations that the time clock needs, under /v1.0 and /beta,
// with the shapes, status codes, error envelopes, paging and throttling that
// Microsoft documents or that clients of the live service have seen. What no
// public source tells stands in one table, [Rows], each with both its readings,
// and can be flipped there. On demand it misbehaves ([Fault]): slow, throttled,
// failing or falling silent, before or after the effect has happened, forgetful
// or unfamiliar in what it answers.
//
// Three things hold whatever the weather:
//
//   - an effect that was answered is in the snapshot on disk before the answer
//     leaves, when the tenant was given a folder;
//   - every call and the effect it had stand in the log ([Tenant.Calls]) before
//     its answer leaves, so a test may judge by it as soon as it has an answer;
//   - nothing but the operations of this package changes a card.
//
// These are the operations, with the status of success and the least permission
// of a person's and of an application's token. A status of 0 has no success;
// $count and PATCH have theirs when their rows are flipped.
//
//	GET    /teams/{team}/schedule/timeCards                                   200  Schedule.Read.All      Schedule.Read.All
//	POST   /teams/{team}/schedule/timeCards                                   201  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	POST   /teams/{team}/schedule/timeCards/clockIn                           201  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	GET    /teams/{team}/schedule/timeCards/$count                            200  Schedule.Read.All      Schedule.Read.All
//	POST   /teams/{team}/schedule/timeCards/bulkUpsert                          0  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	POST   /teams/{team}/schedule/timeCards/bulkDelete                          0  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	GET    /teams/{team}/schedule/timeCards/{id}                              200  Schedule.Read.All      Schedule.Read.All
//	PUT    /teams/{team}/schedule/timeCards/{id}                              204  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	DELETE /teams/{team}/schedule/timeCards/{id}                              204  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	PATCH  /teams/{team}/schedule/timeCards/{id}                              200  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	POST   /teams/{team}/schedule/timeCards/{id}/clockOut                     204  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	POST   /teams/{team}/schedule/timeCards/{id}/startBreak                   204  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	POST   /teams/{team}/schedule/timeCards/{id}/endBreak                     204  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	POST   /teams/{team}/schedule/timeCards/{id}/confirm                      204  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	POST   /teams/{team}/schedule/timeCards/{id}/confirmForUser (beta)        200  -                      Schedule.ReadWrite.All
//	GET    /teams/{team}/schedule                                             200  Schedule.Read.All      Schedule.Read.All
//	PUT    /teams/{team}/schedule                                             200  Schedule.ReadWrite.All Schedule.ReadWrite.All
//	GET    /teams/{team}/schedule/shifts                                      200  Schedule.Read.All      Schedule.Read.All
//	GET    /teams/{team}/schedule/timesOff                                    200  Schedule.Read.All      Schedule.Read.All
//	GET    /teams/{team}/schedule/timeOffReasons                              200  Schedule.Read.All      Schedule.Read.All
//	GET    /teams/{team}/schedule/schedulingGroups                            200  Schedule.Read.All      Schedule.Read.All
//	GET    /teams/{team}/members                                              200  TeamMember.Read.All    TeamMember.Read.Group
//	GET    /me                                                                200  User.Read              -
//	GET    /me/joinedTeams                                                    200  Team.ReadBasic.All     Team.ReadBasic.All
//	GET    /me/photo/$value                                                   200  User.Read              -
//	GET    /users/{id}                                                        200  User.ReadBasic.All     User.ReadBasic.All
//	GET    /users/{id}/joinedTeams                                            200  Team.ReadBasic.All     Team.ReadBasic.All
//	GET    /users/{id}/photo/$value                                           200  User.Read              ProfilePhoto.Read.All
//
// The package shares no code with the product it stands opposite to. A double
// that computed a card by the product's own rules would agree with every
// mistake in them.
package tenant
