import { describe, expect, it } from 'vitest'
import type { BehaviourMessage, ReleasesMessage } from '../../src/answers/releases/message.ts'
import { folderOf, vipctl } from './cli.ts'

const MIRROR = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: shop, namespace: default}
spec:
  hosts: [shop.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: default}
spec:
  hosts: [shop.example.com]
  http:
  - route: [{destination: {host: shop.example.com}}]
    mirror: {host: shop.example.com}
    retries: {attempts: 2, backoff: 20ms}
`

async function messageOf(argv: string, files: Readonly<Record<string, string>> = {}): Promise<ReleasesMessage> {
  const { stdout } = await vipctl(`releases ${argv} -o json`, { cwd: folderOf(files) })
  return JSON.parse(stdout) as ReleasesMessage
}

const named = ({ behaviours }: ReleasesMessage, name: string): BehaviourMessage | undefined =>
  behaviours.find((behaviour) => behaviour.name === name)

describe('releases', () => {
  it('lists the known releases without operands', async () => {
    const { stdout, code } = await vipctl('releases')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^1\.27 +1\.27\.9 +everything/m)
    expect(stdout).toMatch(/^1\.17 +1\.17\.8 +addresses/m)
  })

  it('knows what one patch brought', async () => {
    const message = await messageOf('1.27.3 1.27.4')
    expect(message.behaviours.map(({ name }) => name)).toEqual(['gateway-binds-apart'])
    expect(message.direction).toBe('upgrade')
  })

  it('goes to the newest release without a second operand', async () => {
    const message = await messageOf('1.30')
    expect(message.to).toBe('1.31.0')
    expect(named(message, 'unhealthy-endpoints')).toMatchObject({ change: 'added', since: ['1.31.0'], source: [60690] })
  })

  it('takes a downgrade, which is the upgrade the other way round', async () => {
    const up = await messageOf('1.27 1.29')
    const down = await messageOf('1.29 1.27')
    expect(down.direction).toBe('downgrade')
    expect(named(down, 'tracks-remaining')?.change).toBe('added')
    expect(down.behaviours.map(({ name }) => name)).toEqual(up.behaviours.map(({ name }) => name))
  })

  it('names what concerns the input, with the place of its objects', async () => {
    const message = await messageOf('1.27 1.28 -f mesh.yaml', { 'mesh.yaml': MIRROR })
    expect(named(message, 'plain-mirror-hosts')).toMatchObject({
      concern: 'effect',
      resources: { rds: 1 },
      objects: [
        { object: 'ServiceEntry default/shop', location: { file: 'mesh.yaml' } },
        { object: 'VirtualService default/shop', location: { file: 'mesh.yaml' } },
      ],
    })
    expect(named(message, 'http2-upgrade-first')?.concern).toBe('none')
  })

  it('leaves out what the environment of istiod decides', async () => {
    const message = await messageOf('1.28 1.29 -f mesh.yaml --istiod-env DISABLE_TRACK_REMAINING_CB_METRICS=false', {
      'mesh.yaml': MIRROR,
    })
    expect(named(message, 'tracks-remaining')?.concern).toBe('set')
  })

  it('names the fields that only one of the releases reads', async () => {
    const message = await messageOf('1.25 1.26 -f mesh.yaml', { 'mesh.yaml': MIRROR })
    const backoff = message.fields.find(({ name }) => name === 'HTTPRetry.backoff')
    expect(backoff).toMatchObject({
      change: 'added',
      stated: [{ object: 'VirtualService default/shop', location: { line: 17 } }],
    })
  })

  it('prints what concerns the input first, in 80 columns', async () => {
    const { stdout } = await vipctl('releases 1.27 1.28 -f mesh.yaml --color never', {
      cwd: folderOf({ 'mesh.yaml': MIRROR }),
      columns: 80,
    })
    const first = stdout.indexOf('plain-mirror-hosts')
    expect(first).toBeLessThan(stdout.indexOf('ALL OTHER CHANGES'))
    expect(stdout.indexOf('http2-upgrade-first')).toBeGreaterThan(stdout.indexOf('ALL OTHER CHANGES'))
    expect(stdout).toContain('ServiceEntry default/shop (mesh.yaml:')
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('refuses what is not a release', async () => {
    const { code, stderr } = await vipctl('releases 1.x')
    expect(code).toBe(2)
    expect(stderr).toContain('"1.x" is not a version')
  })

  it('refuses an input without a release', async () => {
    const { code, stderr } = await vipctl('releases -f mesh.yaml', { cwd: folderOf({ 'mesh.yaml': MIRROR }) })
    expect(code).toBe(2)
    expect(stderr).toContain('from which release?')
  })

  it('starts from the release that the input states', async () => {
    const message = await messageOf('-f mesh.yaml', { 'mesh.yaml': MIRROR, '.vipctl.yaml': 'istio: {version: "1.27"}' })
    expect(message.from).toBe('1.27.9')
    expect(named(message, 'plain-mirror-hosts')?.concern).toBe('effect')
  })

  it('offers the nearest patch for one that is not known', async () => {
    const { code, stdout, stderr } = await vipctl('releases 1.27.99 1.28')
    expect(code).toBe(0)
    expect(stderr).toContain('1.27.9 applies')
    expect(stdout).toContain('Istio 1.27.9 to 1.28.10')
  })
})
