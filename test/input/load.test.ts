import { describe, expect, it } from 'vitest'
import { load } from '../../src/input/load.ts'
import { entry, folderOf } from '../commands/cli.ts'
import { heard, requestFor } from './support.ts'

const hostsOf = (entries: readonly { readonly spec: { readonly hosts: readonly string[] } }[]): readonly string[] =>
  entries.flatMap(({ spec }) => spec.hosts)

const ASSUMED = 'note: Istio 1.31.0 is assumed, the newest release; choose another with --istio-version'

describe('a mesh that is loaded', () => {
  it('has the objects of the files, and standard input where its path stands', async () => {
    const cwd = folderOf({ 'mesh/a.yaml': entry({ name: 'a', host: 'a.example.com' }) })
    const request = requestFor(cwd, {
      mesh: { kind: 'files', paths: ['mesh', '-'] },
      stdin: async () => Buffer.from(entry({ name: 'b', host: 'b.example.com' })),
      namespace: 'shop',
    })
    const { reporter, messages } = heard()
    const { snapshot, namespace } = await load(request, reporter)
    expect(hostsOf(snapshot.istio.serviceEntries)).toEqual(['a.example.com', 'b.example.com'])
    expect(snapshot.istio.serviceEntries.map(({ meta }) => meta.namespace)).toEqual(['shop', 'shop'])
    expect(namespace).toBe('shop')
    expect(messages).toEqual([ASSUMED])
  })

  it('is as if the files over it were applied, and tells what was there before', async () => {
    const cwd = folderOf({
      'mesh/a.yaml': entry({ host: 'a.example.com' }),
      'over.yaml': entry({ host: 'other.example.com' }),
    })
    const { reporter, messages } = heard()
    const request = requestFor(cwd, { over: ['over.yaml'] })
    const { snapshot, before } = await load(request, reporter, { reads: 'configuration', before: true })
    expect(hostsOf(snapshot.istio.serviceEntries)).toEqual(['other.example.com'])
    expect(hostsOf(before?.istio.serviceEntries ?? [])).toEqual(['a.example.com'])
    expect(messages).toEqual([ASSUMED, 'note: objects that the files change: 1 changed'])
  })

  it('is loaded as far as it can be, and what is wrong with it is reported', async () => {
    const cwd = folderOf({ 'mesh/a.yaml': entry({ host: 'not a host' }), 'mesh/b.yaml': entry({ name: 'b' }) })
    const { reporter, messages } = heard()
    const { snapshot } = await load(requestFor(cwd, { mesh: { kind: 'files', paths: ['mesh', 'gone'] } }), reporter)
    expect(hostsOf(snapshot.istio.serviceEntries)).toEqual(['db.example.com'])
    expect(messages[0]).toBe('error: does not exist')
    expect(messages[1]).toMatch(/^warning: istiod rejects ServiceEntry default\/db: .* \(left out\)$/)
  })

  it('needs a mesh configuration that can be read, when one is named', async () => {
    const { reporter, messages } = heard()
    const request = requestFor(folderOf({ 'mesh/a.yaml': entry() }), { istiod: { meshConfig: 'none.yaml' } })
    await expect(load(request, reporter)).rejects.toThrow('--mesh-config none.yaml: nothing to read there')
    expect(messages).toEqual(['error: does not exist'])
  })
})
