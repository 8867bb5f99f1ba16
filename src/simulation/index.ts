/** What becomes of one connection: the way through names, listeners, filter chains, routes, clusters and endpoints. */
export { type Client, clientOf } from './client.ts'
export { type ConnectionOutcome, connect } from './connect.ts'
export type { ClientTls, HttpRequest } from './connection.ts'
export { type MatchedRoute, matchedRoute, routeNamesOfRouter } from './matched-route.ts'
export { type Entrance, entranceOf, Peers } from './peers.ts'
export { receivedResources } from './resources.ts'
export type { Branch, Step, Trace } from './step.ts'
export { type TraceRequest, type TraceSettings, trace, traceFromOutside, traceToWorkload } from './trace.ts'
