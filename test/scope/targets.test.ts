import { describe, expect, it } from 'vitest'
import { pod, service, slice, viewOf } from '../support/mesh.ts'

/** The address of the proxy. */
const IP = '10.244.0.10'

const machine = (name: string, namespace: string, app: string, address = IP): string => `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: ${name}, namespace: ${namespace}}
spec: {address: ${address}, labels: {app: ${app}}}
---`

const selecting = (name: string, namespace: string): string =>
  service(name, '10.96.0.9', namespace, `  selector: {app: ${name}}`)

const SERVICES = selecting('web', 'default') + selecting('db', 'other')

/** The hosts of the Services that a proxy without a Pod serves. */
const served = (mesh: string): readonly string[] =>
  viewOf(SERVICES + mesh).targets.map((target) => target.service.hostname)

const WEB = 'web.default.svc.cluster.local'
const DB = 'db.other.svc.cluster.local'

describe('the WorkloadEntry of a proxy without a Pod', () => {
  it('is the one at its address', () => {
    expect(served(machine('vm', 'default', 'web'))).toEqual([WEB])
    expect(served(machine('vm', 'default', 'web', '10.244.0.11'))).toEqual([])
  })

  it('is preferably of its namespace, otherwise the first of another one', () => {
    expect(served(machine('vm', 'other', 'db') + machine('vm', 'default', 'web'))).toEqual([WEB])
    expect(served(machine('vm', 'other', 'db'))).toEqual([DB])
  })
})

describe('the ports of a Service at a proxy', () => {
  const targets = (mesh: string, metadata: Readonly<Record<string, string>> = {}) =>
    viewOf(mesh, { labels: { app: 'web' }, metadata }).targets.map(({ port, targetPort }) => [port.number, targetPort])

  const named = (protocol: string) => `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec:
  clusterIP: 10.96.0.1
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: main, protocol: ${protocol}}]
---`

  it('are found by name and protocol in the containers', () => {
    const own = pod('client', IP, '{app: web}').replace(
      '{name: app}',
      '{name: app, ports: [{name: main, containerPort: 53, protocol: UDP}, {name: main, containerPort: 8080}]}',
    )
    expect(targets(named('TCP') + own)).toEqual([[80, 8080]])
    expect(targets(named('UDP') + own)).toEqual([[80, 53]])
  })

  it('are found by name and protocol in what a proxy without a Pod states', () => {
    const ports = '[{"name":"main","containerPort":53,"protocol":"UDP"},{"name":"main","containerPort":8080}]'
    expect(targets(named('TCP'), { POD_PORTS: ports })).toEqual([[80, 8080]])
    expect(targets(named('TCP'), { POD_PORTS: '' })).toEqual([[80, 0]])
    expect(targets(named('TCP'), { POD_PORTS: '[' })).toEqual([[80, 0]])
  })

  it('are 0 where its slice has no number, as istiod reads it', () => {
    const numbered = service('web', '10.96.0.1') + pod('client', IP, '{app: web}') + slice('web', [IP])
    expect(targets(numbered)).toEqual([[80, 80]])
    expect(targets(numbered.replace(/, port: 80\}\]\n---$/, '}]\n---'))).toEqual([[80, 0]])
  })
})
