import { describe, expect, it } from 'vitest'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { loadMesh, type ProxyUnderTest, proxyOf } from './mesh.ts'

const FOLDER = '06-two-databases'
const FIRST = 'mysql-instance1.us-east-1.rds.amazonaws.com'
const SECOND = 'mysql-instance2.us-east-1.rds.amazonaws.com'

const samePort = loadMesh([FOLDER, `${FOLDER}/same-port`])
const twoPorts = loadMesh([FOLDER, `${FOLDER}/two-ports`])

const conflictsOf = (proxy: ProxyUnderTest) => buildEnvoyResources(proxy.view).listeners.conflicts

const connect = (proxy: ProxyUnderTest, host: string, port: number) =>
  proxy.connect({ host, port, protocol: 'tcp', upstreamAddress: '203.0.113.1' })

describe('on one port without automatic addresses', () => {
  const client = proxyOf(samePort, 'client')

  it('there is one listener', () => {
    expect(client.listenersOn(3306)).toEqual(['0.0.0.0_3306'])
  })

  it('connections to either database reach the first one', () => {
    expect(connect(client, FIRST, 3306).cluster).toBe(`outbound|3306||${FIRST}`)
    expect(connect(client, SECOND, 3306).cluster).toBe(`outbound|3306||${FIRST}`)
  })

  it('the conflict names who has the listener and who is lost', () => {
    expect(conflictsOf(client)).toMatchObject([
      {
        listener: '0.0.0.0_3306',
        rule: 'same-match',
        orderAssumed: true,
        winner: { name: 'db-1', host: FIRST },
        losers: [{ name: 'db-2', host: SECOND }],
      },
    ])
  })
})

describe('on two ports', () => {
  it('each database has a listener and is reached, without any address', () => {
    const client = proxyOf(twoPorts, 'client')
    expect(client.resources.lds.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['0.0.0.0_3306', '0.0.0.0_3307']),
    )
    expect(connect(client, FIRST, 3306).endpoints).toEqual([`${FIRST}:3306`])
    expect(connect(client, SECOND, 3307).endpoints).toEqual([`${SECOND}:3306`])
    expect(conflictsOf(client)).toEqual([])
  })
})

describe('with automatic addresses', () => {
  const client = proxyOf(samePort, 'capturing')

  it('each database has a listener on the same port and is reached', () => {
    expect(client.listenersOn(3306).toSorted()).toEqual(['240.240.0.1_3306', '240.240.0.2_3306'])
    expect(connect(client, FIRST, 3306).endpoints).toEqual([`${FIRST}:3306`])
    expect(connect(client, SECOND, 3306).endpoints).toEqual([`${SECOND}:3306`])
  })

  it('nothing conflicts', () => {
    expect(conflictsOf(client)).toEqual([])
  })
})
