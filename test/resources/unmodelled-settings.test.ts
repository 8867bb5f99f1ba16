import { describe, expect, it } from 'vitest'
import { onlyProblem, placeOf, said, snapshotOf } from './snapshots.ts'

const configMap = (mesh: string) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    ${mesh.replaceAll('\n', '\n    ')}
`

const withEnv = (name: string, value: string) => said(snapshotOf('', { istiodEnv: new Map([[name, value]]) }))

describe('settings of the mesh that are not modelled', () => {
  it.each([
    ['configSources: [{address: "k8s://"}, {address: "xds://mcp:1"}]', 'configSources.1'],
    ['serviceEntryVisibility: {applyToSidecars: true}', 'serviceEntryVisibility'],
  ])('%s is named once', (mesh, name) => {
    const { severity, message } = onlyProblem(snapshotOf(configMap(mesh)))
    expect(severity).toBe('warning')
    expect(message).toMatch(/^not modelled: /)
    expect(message).toContain(`: ${name} of the mesh configuration (mesh.yaml:`)
  })

  it('stands where it is stated', () => {
    const problem = onlyProblem(
      snapshotOf(configMap('enableTracing: true\nserviceEntryVisibility: {applyToSidecars: true}')),
    )
    expect(placeOf(problem)).toBe('mesh.yaml:8:29')
  })

  it.each([
    ['a log service', 'enableEnvoyAccessLogService: true'],
    ['the objects of the cluster itself', 'configSources: [{address: "k8s://"}]'],
    ['visibility that sidecars ignore', 'serviceEntryVisibility: {defaultVisibility: NAMESPACE}'],
  ])('%s is nothing to be said', (_name, mesh) => {
    expect(said(snapshotOf(configMap(mesh)))).toEqual([])
  })
})

describe('settings of istiod that are not modelled', () => {
  it('are named when they are not as by default', () => {
    expect(withEnv('PILOT_ENABLE_MYSQL_FILTER', 'true')).toEqual([
      'warning not modelled: PILOT_ENABLE_MYSQL_FILTER of istiod: filters of MySQL ports',
    ])
    expect(withEnv('PILOT_ENABLE_MONGO_FILTER', 'false')).toHaveLength(1)
    expect(withEnv('PILOT_DRAINING_LABEL', 'mine')).toHaveLength(1)
  })

  it.each([
    ['PILOT_ENABLE_MYSQL_FILTER', 'false'],
    ['PILOT_ENABLE_MONGO_FILTER', 'true'],
    ['PILOT_DRAINING_LABEL', 'istio.io/draining'],
    ['PILOT_HTTP10', 'true'],
  ])('%s=%s is nothing to be said', (name, value) => {
    expect(withEnv(name, value)).toEqual([])
  })
})
