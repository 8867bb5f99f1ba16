/** The most that a server may send or a kubeconfig may contain; docs/limits.md has the same limits. */

import { truncateSync, writeFileSync } from 'node:fs'
import { Agent, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { Connection } from '../../src/input/live/connection.ts'
import { Secrets } from '../../src/input/live/kubeconfig/secrets.ts'
import type { Credentials } from '../../src/input/live/kubeconfig/target.ts'
import { readList } from '../../src/input/live/list.ts'
import { SERVICE } from '../../src/kinds/kubernetes/service.ts'
import { folderOf, vipctl } from '../commands/cli.ts'
import { closeAll, type Misbehaviour, startCluster } from './server.ts'

afterAll(closeAll)

async function withServices(answer: Misbehaviour) {
  const { kubeconfig } = await startCluster({
    misbehave: (asked, response, request) => asked.path === '/api/v1/services' && answer(asked, response, request),
  })
  return vipctl(`allocate -c ${kubeconfig}`)
}

describe('an answer of a server', () => {
  it('of more than 256 MB is refused, however small it was made for the way', { timeout: 60_000 }, async () => {
    // One compressed megabyte again and again: gzip allows several members in a row.
    const megabyte = gzipSync(Buffer.alloc(1_000_000, ' '))
    const zipped = Buffer.concat([...Array<Buffer>(256).fill(megabyte), gzipSync(' ')])
    const { code, stderr } = await withServices((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(zipped)
      return true
    })
    expect(code).toBe(2)
    expect(stderr).toContain('/api/v1/services sent a response larger than 256,000,000 bytes')
  })

  it('that is an error is not read to its end', async () => {
    const { code, stderr } = await withServices((_, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('x'.repeat(1_000_000))
      return true
    })
    expect(code).toBe(2)
    expect(stderr.length).toBeLessThan(1_000)
  })

  it('with page after page ends after 20,000 of them', async () => {
    let pages = 0
    const endless = {
      get: async () => {
        pages++
        return { items: [], metadata: { continue: 'more' } }
      },
    } as unknown as Connection
    const origin = { context: 'c', cluster: '', kind: SERVICE, apiVersion: 'v1', keepsApplied: false }
    await expect(readList(endless, '/services', {}, origin, () => {})).rejects.toThrow(
      '/services sent more than 20,000 pages',
    )
    expect(pages).toBe(20_000)
  })
})

describe('an event of a watch', () => {
  it('of more than 32 million characters ends the watch', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200)
      response.write('x'.repeat(32_000_001))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const connection = new Connection(
      {
        context: 'c',
        server: new URL(`http://127.0.0.1:${port}`),
        namespace: undefined,
        secrets: new Secrets(),
        credentials: async () => ({ agent: new Agent() as Credentials['agent'], headers: {} }),
      },
      0,
    )
    const lines = connection.lines('/services', {}, new AbortController().signal)
    await expect(lines[Symbol.asyncIterator]().next()).rejects.toThrow(
      '/services sent an event larger than 32,000,000 characters',
    )
    connection.close()
    server.closeAllConnections()
    server.close()
  })
})

describe('a kubeconfig', () => {
  it('of more than 10 MB is refused', async () => {
    const path = join(folderOf({ config: '' }), 'config')
    writeFileSync(path, 'a: b\n')
    truncateSync(path, 10_000_001)
    const { code, stderr } = await vipctl(`allocate -c ${path}`)
    expect(code).toBe(2)
    expect(stderr).toBe(`error: the kubeconfig ${path} is larger than the limit of 10,000,000 bytes\n`)
  })

  it('whose aliases expand without end is refused', async () => {
    const lines = ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)]
    const path = join(folderOf({ config: lines.join('\n') }), 'config')
    const { code, stderr } = await vipctl(`allocate -c ${path}`)
    expect(code).toBe(2)
    expect(stderr).toMatch(/the kubeconfig \S+ is not a YAML mapping \(line \d+\)/)
  })
})
