/** The chains of a workload's port, by protocol and mTLS mode (core/filterchain_options.go). */
import { isHttp, type Protocol } from '../../../../registry/protocol.ts'
import type { MtlsMode } from '../../../policy/peer-authentication.ts'

export interface InboundMatch {
  readonly filters: 'http' | 'tcp'
  readonly applicationProtocols: readonly string[] | undefined
  readonly transportProtocol: 'tls' | 'raw_buffer'
  /** The chain terminates mTLS. */
  readonly terminates: boolean
}

type ProtocolClass = 'http' | 'auto' | 'tcp'

const MTLS_HTTP: readonly string[] = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2']
const MTLS_TCP: readonly string[] = ['istio-peer-exchange', 'istio']
const MTLS_ALL: readonly string[] = ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2']

type Filters = InboundMatch['filters']

function mutual(filters: Filters, applicationProtocols?: readonly string[]): InboundMatch {
  return { filters, applicationProtocols, transportProtocol: 'tls', terminates: true }
}

function plain(filters: Filters, applicationProtocols?: readonly string[]): InboundMatch {
  return { filters, applicationProtocols, transportProtocol: 'raw_buffer', terminates: false }
}

/** TLS that the application terminates. */
const PASSED_TLS: InboundMatch = {
  filters: 'tcp',
  applicationProtocols: undefined,
  transportProtocol: 'tls',
  terminates: false,
}

type MatchTable = Readonly<Record<ProtocolClass, Readonly<Record<MtlsMode, readonly InboundMatch[]>>>>

/** @param plaintextAlpn the names that the HTTP inspector gives to plain HTTP */
function tableOf(plaintextAlpn: readonly string[]): MatchTable {
  return {
    http: {
      STRICT: [mutual('http')],
      PERMISSIVE: [mutual('http', MTLS_ALL), plain('http')],
      DISABLE: [plain('http')],
    },
    auto: {
      STRICT: [mutual('http', MTLS_HTTP), mutual('tcp')],
      PERMISSIVE: [
        mutual('http', MTLS_HTTP),
        plain('http', plaintextAlpn),
        mutual('tcp', MTLS_TCP),
        plain('tcp'),
        PASSED_TLS,
      ],
      DISABLE: [plain('http', plaintextAlpn), plain('tcp')],
    },
    tcp: {
      STRICT: [mutual('tcp')],
      PERMISSIVE: [mutual('tcp', MTLS_ALL), PASSED_TLS, plain('tcp')],
      DISABLE: [plain('tcp')],
    },
  }
}

function classOf(protocol: Protocol): ProtocolClass {
  if (isHttp(protocol)) return 'http'
  return protocol === 'Unsupported' ? 'auto' : 'tcp'
}

/** The matches of a port, in chain order. */
export function inboundMatches(
  plaintextAlpn: readonly string[],
): (protocol: Protocol, mode: MtlsMode) => readonly InboundMatch[] {
  const table = tableOf(plaintextAlpn)
  return (protocol, mode) => table[classOf(protocol)][mode]
}
