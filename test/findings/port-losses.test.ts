import { describe, expect, it } from 'vitest'
import { comparisons, examineText, fixesOf } from './meshes.ts'

const entry = (name: string, host: string, namespace: string, port: string, rest: string): string => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  hosts: [${host}]
  ports: [${port}]
${rest}`

const TCP = '{number: 3306, name: tcp, protocol: TCP}'
const HTTP = '{number: 80, name: http, protocol: HTTP}'
const UNKNOWN = '{number: 3306, name: other}'

const CAPTURE = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}}
`

/** Entries that meet on a port, in other namespaces too, with hosts that others have and ports that are not TCP. */
const MEETING = [
  entry('a', 'a.example.com', 'default', TCP, '  resolution: DNS\n'),
  entry('b', 'b.example.com', 'other', `${TCP}, ${HTTP}`, '  resolution: DNS\n'),
  entry('c', 'a.example.com', 'other', UNKNOWN, '  resolution: NONE\n'),
  entry('d', 'd.example.com', 'default', UNKNOWN, '  resolution: STATIC\n  endpoints: [{address: 10.0.0.1}]\n'),
  entry('e', 'e.example.com', 'third', TCP, '  resolution: NONE\n'),
  entry('g', 'g.example.com', 'other', TCP, '  resolution: NONE\n'),
  entry('f', 'f.example.com', 'third', HTTP, '  resolution: NONE\n'),
].join('')

describe('losses from the touched ports', () => {
  it.each([
    ['without capture', MEETING],
    ['with capture', MEETING + CAPTURE],
    ['in another order', MEETING.split('---\n').reverse().join('---\n')],
  ])('are those of the whole mesh: entries on one port %s', (_, text) => {
    const before = comparisons.count
    expect(fixesOf(examineText(text))).not.toEqual([])
    expect(comparisons.count).toBeGreaterThan(before)
  })
})
