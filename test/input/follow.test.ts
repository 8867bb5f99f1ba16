import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { follow } from '../../src/input/follow.ts'
import { loadedFrom } from '../../src/input/load.ts'
import type { InputRequest } from '../../src/input/request.ts'
import { entry, folderOf } from '../commands/cli.ts'
import { heard, requestFor } from './support.ts'

/** The hosts of a mesh, each time it is yielded. */
async function* hosts(request: InputRequest, stop: AbortSignal): AsyncIterable<readonly string[]> {
  const { reporter } = heard()
  for await (const mesh of follow(request, { reads: 'configuration' }, reporter, stop)) {
    const { snapshot } = await loadedFrom(mesh, request, reporter, { reads: 'configuration' })
    yield snapshot.istio.serviceEntries.flatMap(({ spec }) => spec.hosts)
  }
}

describe('files that are followed', () => {
  it('are read again when one changes, comes or goes, until it is enough', async () => {
    const cwd = folderOf({ 'mesh/a.yaml': entry({ name: 'a', host: 'a.example.com' }) })
    const stop = new AbortController()
    const seen: (readonly string[])[] = []
    const changes = [
      () => writeFileSync(join(cwd, 'mesh/a.yaml'), entry({ name: 'a', host: 'changed.example.com' })),
      () => writeFileSync(join(cwd, 'mesh/b.yaml'), entry({ name: 'b', host: 'b.example.com' })),
      () => rmSync(join(cwd, 'mesh/a.yaml')),
    ]
    for await (const found of hosts(requestFor(cwd), stop.signal)) {
      seen.push(found)
      const change = changes.shift()
      if (change) change()
      else stop.abort()
    }
    expect(seen).toEqual([
      ['a.example.com'],
      ['changed.example.com'],
      ['changed.example.com', 'b.example.com'],
      ['b.example.com'],
    ])
  })

  it('share standard input, which is read once', async () => {
    let read = 0
    const cwd = folderOf({ 'mesh/a.yaml': entry({ name: 'a', host: 'a.example.com' }) })
    const request = requestFor(cwd, {
      mesh: { kind: 'files', paths: ['mesh', '-'] },
      stdin: async () => Buffer.from(read++ === 0 ? entry({ name: 'b', host: 'b.example.com' }) : ''),
    })
    const stop = new AbortController()
    const seen: (readonly string[])[] = []
    for await (const found of hosts(request, stop.signal)) {
      seen.push(found)
      if (seen.length > 1) stop.abort()
      else rmSync(join(cwd, 'mesh/a.yaml'))
    }
    expect(seen).toEqual([['a.example.com', 'b.example.com'], ['b.example.com']])
  })

  it('are not read when it is enough before it begins', async () => {
    const seen: unknown[] = []
    for await (const found of hosts(requestFor(folderOf({ 'mesh/a.yaml': entry() })), AbortSignal.abort())) {
      seen.push(found)
    }
    expect(seen).toEqual([])
  })
})
