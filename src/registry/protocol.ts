/** Protocols of service ports and their classes (pkg/config/protocol/instance.go of the reference). */
export type Protocol =
  | 'TCP'
  | 'UDP'
  | 'GRPC'
  | 'GRPC-Web'
  | 'HTTP'
  | 'HTTP_PROXY'
  | 'HTTP2'
  | 'HTTPS'
  | 'TLS'
  | 'Mongo'
  | 'Redis'
  | 'MySQL'
  /** Not set: the proxy detects it. */
  | 'Unsupported'

const BY_NAME: ReadonlyMap<string, Protocol> = new Map<string, Protocol>([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['grpc', 'GRPC'],
  ['grpc-web', 'GRPC-Web'],
  ['http', 'HTTP'],
  ['http_proxy', 'HTTP_PROXY'],
  ['http2', 'HTTP2'],
  ['https', 'HTTPS'],
  ['tls', 'TLS'],
  ['mongo', 'Mongo'],
  ['redis', 'Redis'],
  ['mysql', 'MySQL'],
])

const HTTP: ReadonlySet<Protocol> = new Set<Protocol>(['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-Web'])
const TCP: ReadonlySet<Protocol> = new Set<Protocol>(['TCP', 'HTTPS', 'TLS', 'Mongo', 'Redis', 'MySQL'])

/** The protocol of a name, ignoring case; `Unsupported` for anything else. */
export function parseProtocol(name: string): Protocol {
  return BY_NAME.get(name.toLowerCase()) ?? 'Unsupported'
}

export const isHttp = (protocol: Protocol): boolean => HTTP.has(protocol)
export const isTcp = (protocol: Protocol): boolean => TCP.has(protocol)
export const isTls = (protocol: Protocol): boolean => protocol === 'HTTPS' || protocol === 'TLS'
export const isHttp2 = (protocol: Protocol): boolean =>
  protocol === 'HTTP2' || protocol === 'GRPC' || protocol === 'GRPC-Web'

/** Service ports whose protocol is known even without a name (pkg/config/kube/conversion.go). */
const WELL_KNOWN_TCP: ReadonlySet<number> = new Set([25, 53, 3306, 27017])

const APP_PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/h2c', 'http2'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
])

/** The protocol of a Kubernetes Service port (pkg/config/kube/conversion.go ConvertProtocol). */
export function kubernetesProtocol(port: {
  readonly port: number
  readonly name: string
  readonly protocol: string
  readonly appProtocol: string | undefined
}): Protocol {
  if (port.protocol === 'UDP') return 'UDP'
  const name = port.appProtocol === undefined ? port.name : (APP_PROTOCOLS.get(port.appProtocol) ?? port.appProtocol)
  if (name.slice(0, 8).toLowerCase() === 'grpc-web') return 'GRPC-Web'
  const dash = name.indexOf('-')
  const protocol = parseProtocol(dash < 0 ? name : name.slice(0, dash))
  return protocol === 'Unsupported' && WELL_KNOWN_TCP.has(port.port) ? 'TCP' : protocol
}
