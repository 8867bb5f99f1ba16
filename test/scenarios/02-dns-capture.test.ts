import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const FOLDER = '02-dns-capture'
const HOST = 'orders.example.com'

const asInstalled = loadMesh(FOLDER)
const forAll = loadMesh([FOLDER, `${FOLDER}/capture-for-all`])

const request = { host: HOST, port: 5432, protocol: 'tcp', upstreamAddress: '203.0.113.9' } as const

describe.each([
  ['as installed', asInstalled, 'default-settings', false],
  ['as installed', asInstalled, 'capture-on', true],
  ['as installed', asInstalled, 'capture-off', false],
  ['with capture for all', forAll, 'default-settings', true],
  ['with capture for all', forAll, 'capture-on', true],
  ['with capture for all', forAll, 'capture-off', false],
])('a mesh %s', (_, mesh, pod, captured) => {
  const proxy = proxyOf(mesh, pod)

  it(`${captured ? 'answers' : 'does not answer'} the queries of pod ${pod}`, () => {
    expect(proxy.view.proxy.dnsCapture).toBe(captured)
    expect(proxy.connect(request)).toMatchObject(
      captured
        ? { upstreamDns: false, address: '240.240.0.1', listener: '240.240.0.1_5432' }
        : { upstreamDns: true, address: '203.0.113.9', listener: '0.0.0.0_5432' },
    )
  })

  it(`leads pod ${pod} to the host by either way`, () => {
    expect(proxy.connect(request)).toMatchObject({ cluster: `outbound|5432||${HOST}`, type: 'STRICT_DNS' })
  })
})

describe('a captured query', () => {
  const proxy = proxyOf(forAll, 'capture-on')

  it('is forwarded when the mesh does not know the name, or is asked for another type', () => {
    expect(proxy.dig('www.example.org')).toBe('upstream')
    expect(proxy.dig(HOST, 'MX')).toBe('upstream')
  })

  it('is answered with nothing when the name has no address of the type', () => {
    expect(proxy.dig(HOST, 'AAAA')).toEqual([])
  })
})
