/** The rules about gateways, as worded in explanations. */
export const WHY = {
  server: 'the Gateway selects this router, and this server listens here',
  httpServers: 'HTTP servers of one port share one filter chain; routes tell their hosts apart',
  httpsServer: 'TLS ends here for the server names of this server, which has routes of its own',
  tcpRoute: "the first tcp route of a VirtualService that has the server's host, port and gateway",
  tlsRoute: 'TLS passes on unopened by the server names of this tls match',
  autoPassthrough: 'mTLS of other gateways passes on to the cluster that its server name spells',
  host: 'the VirtualService is bound to the Gateway and shares this host with the server',
  redirect: 'the server redirects all requests for this host to HTTPS',
  blackhole: 'no VirtualService shares a host with the servers of this route, so every request gets a 404',
  routeServer: 'the routes of this server',
} as const
