import { describe, expect, it } from 'vitest'
import { originText } from '../../../src/answers/proxy-config/origin-text.ts'
import { buildEnvoyResources } from '../../../src/envoy/index.ts'
import { entry, meshConfig, viewOf } from '../../support/mesh.ts'

const ENTRY = entry(
  'a',
  '  hosts: [a.example.com]\n  ports: [{number: 80, name: http, protocol: HTTP}]\n  resolution: DNS',
)

const LOGS = `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: logs, namespace: default}
spec: {accessLogging: [{providers: [{name: envoy}]}]}
---`

/** What the HTTP chain of port 80 has from the mesh configuration. */
function fromMesh(config: string, more = ''): readonly string[] {
  const { listeners } = buildEnvoyResources(viewOf(meshConfig(config) + more + ENTRY)).listeners
  const listener = listeners.find(({ resource }) => resource.name === '0.0.0.0_80')
  const origins = listener?.chains[0] ?? []
  return origins.map(originText).filter((text) => text.startsWith('mesh configuration'))
}

describe('filters and logs that come from the mesh configuration', () => {
  it('name the setting and its line', () => {
    const texts = fromMesh('accessLogFile: /dev/stdout\nenableEnvoyAccessLogService: true')
    expect(texts.map((text) => text.replace(/:\d+\)/, ')'))).toEqual([
      'mesh configuration (mesh.yaml): access logs go to /dev/stdout',
      'mesh configuration (mesh.yaml): access logs go to the access log service',
    ])
    const lines = texts.map((text) => Number(/:(\d+)\)/.exec(text)?.[1]))
    expect((lines[1] ?? 0) - (lines[0] ?? 0)).toBe(1)
  })

  it('are the default providers before the file, and nothing that a Telemetry replaces', () => {
    const both = 'accessLogFile: /dev/stdout\ndefaultProviders: {accessLogging: [envoy], metrics: [prometheus]}'
    expect(fromMesh(both).map((text) => text.split('): ')[1])).toEqual([
      'access logs go to envoy',
      'metrics go to prometheus',
    ])
    expect(fromMesh(both, LOGS).map((text) => text.split('): ')[1])).toEqual(['metrics go to prometheus'])
  })
})
