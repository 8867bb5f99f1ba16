import { describe, expect, it } from 'vitest'
import { CLIENT, entry, listenerNamed, listenersOf } from '../listeners/proxy-view.ts'

const object = (kind: string, name: string, spec: string) => `
apiVersion: extensions.istio.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}, namespace: default}
spec: ${spec}
---`

const plugin = (name: string, spec = '') => object('WasmPlugin', name, `{url: oci://x/y${spec}}`)

const HTTP = entry('a', 'HTTP', 80)

function httpFilters(manifests: string, listener = '0.0.0.0_80'): string[] {
  const { filterChains } = listenerNamed(listenersOf(manifests + HTTP + CLIENT), listener)
  const manager = filterChains.flatMap(({ filters }) => filters).find(({ name }) => name.endsWith('manager'))
  const filters = (manager?.typedConfig?.httpFilters ?? []) as { name: string }[]
  return filters.map(({ name }) => name.replace('extensions.istio.io/trafficextension/', 'ext:'))
}

const extensions = (manifests: string, listener?: string) =>
  httpFilters(manifests, listener).filter((name) => name.startsWith('ext:'))

const translated = (name: string) => `ext:default.${name}~istio-translated-wasmplugin`

describe('extensions', () => {
  it('run in the order of phases and priorities', () => {
    const manifests =
      plugin('last') +
      plugin('low', ', phase: STATS, priority: 1') +
      plugin('high', ', phase: STATS, priority: 9') +
      plugin('first', ', phase: AUTHN') +
      object('TrafficExtension', 'lua', '{phase: AUTHZ, lua: {inlineCode: x}}')
    expect(extensions(manifests)).toEqual([
      translated('first'),
      'ext:default.lua',
      translated('high'),
      translated('low'),
      translated('last'),
    ])
  })

  it('are for the side and the port that they name', () => {
    const server = plugin('server', ', match: [{mode: SERVER}]')
    const port = plugin('port', ', match: [{ports: [{number: 80}]}, {ports: [{number: 443}]}]')
    const other = plugin('other', ', match: [{ports: [{number: 443}]}]')
    expect(extensions(server + port + other)).toEqual([translated('port')])
    expect(extensions(server, 'virtualInbound')).toEqual([translated('server')])
  })

  it('of connections are before HTTP', () => {
    const { filterChains } = listenerNamed(listenersOf(plugin('net', ', type: NETWORK') + HTTP), '0.0.0.0_80')
    expect(filterChains[0]?.filters.map(({ name }) => name)).toEqual([
      'extensions.istio.io/trafficextension/default.net~istio-translated-wasmplugin',
      'envoy.filters.network.http_connection_manager',
    ])
    expect(extensions(plugin('net', ', type: NETWORK'))).toEqual([])
  })

  it.each(['oci://exa mple/x', '10.0.0.1:5000/x'])('with the url %s are accepted and not used', (url) => {
    expect(extensions(object('WasmPlugin', 'p', `{url: '${url}'}`))).toEqual([])
  })
})

describe('origins of filter chains', () => {
  it('name the extensions and Telemetries behind their filters, with their lines', () => {
    const telemetry = `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: logs, namespace: default}
spec:
  accessLogging:
  - {match: {mode: CLIENT}, providers: [{name: envoy}, {name: gone}], filter: {expression: response.code >= 400}}
---`
    const { listeners } = listenersOf(plugin('first', ', phase: AUTHN') + telemetry + HTTP)
    const chains = listeners.find(({ resource }) => resource.name === '0.0.0.0_80')?.chains ?? []
    expect(chains[0]?.map(({ what, why }) => [what, why])).toEqual([
      ['ServiceEntry default/a', expect.anything()],
      ['WasmPlugin default/first', 'Wasm code sees requests in the phase AUTHN'],
      [
        'Telemetry default/logs',
        'access logs go to envoy, gone (which the mesh does not have), of what satisfies response.code >= 400',
      ],
    ])
    expect(chains[0]?.[2]?.location?.path).toEqual(['spec', 'accessLogging', 0])
    const inbound = listeners.find(({ resource }) => resource.name === 'virtualInbound')?.chains ?? []
    expect(inbound.flat().map(({ what }) => what)).not.toContain('Telemetry default/logs')
  })
})
