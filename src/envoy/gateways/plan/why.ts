/** The rules about gateways, as worded in explanations. */
export const WHY = {
  server: 'the Gateway selects this router, and this server listens here',
  httpServers: 'HTTP servers on one port share one filter chain; routes separate their hosts',
  httpsServer: 'this server terminates TLS for its server names and has its own routes',
  tcpRoute: "the first tcp route of a VirtualService that has the server's host, port and gateway",
  tlsRoute: 'TLS is passed through for the server names of this tls match',
  autoPassthrough: 'mTLS from other gateways is passed to the cluster in its server name',
  host: 'the VirtualService is bound to the Gateway and shares this host with the server',
  redirect: 'the server redirects all requests for this host to HTTPS',
  blackhole: 'no VirtualService shares a host with the servers of this route, so every request gets a 404',
  routeServer: 'the routes of this server',
} as const
