/** Requests whose way through a real Envoy under the reference's configuration is recorded. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from '../../src/common/once.ts'
import type { TraceRequest } from '../../src/simulation/index.ts'
import { unpackedArchive } from '../conformance/archives.ts'

interface RecordedRequest {
  readonly address: string
  readonly port: number
  readonly tls?: { readonly sni: string; readonly alpn: readonly string[] }
  readonly http?: { readonly method: string; readonly host: string; readonly path: string; readonly headers: object }
}

/** What Envoy logged, and what the upstream saw. */
export interface RecordedResult {
  readonly cluster?: string
  readonly upstream?: string
  readonly code?: number
  readonly path?: string
  readonly host?: string
}

interface Recorded {
  readonly request: RecordedRequest
  readonly results: readonly RecordedResult[]
}

const folder = once(() => unpackedArchive('traffic'))

/** Whether requests in a conformance case are recorded. */
export const isRecorded = (caseName: string): boolean => existsSync(join(folder(), caseName))

/** The recorded requests of a proxy of a conformance case; none if its file is missing. */
export function recordedTraffic(caseName: string, proxyName: string): readonly Recorded[] {
  const file = join(folder(), caseName, `${proxyName}.json`)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Recorded[]) : []
}

export function requestOf({ address, port, tls, http }: RecordedRequest): TraceRequest {
  return {
    host: address,
    port,
    tls: tls && { ...tls, certificate: 'none' },
    http: http && {
      ...http,
      authority: http.host,
      scheme: 'http',
      headers: new Map(Object.entries(http.headers)),
      version: '1.1',
    },
  }
}
