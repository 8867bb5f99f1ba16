import { describe, expect, it } from 'vitest'
import { service, viewOf } from '../support/mesh.ts'

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
