import { afterAll, describe, expect, it } from 'vitest'
import { connect, ExpiredError, type LiveCluster, type LiveList, type WatchEvent } from '../../src/input/live/index.ts'
import { SERVICE_ENTRY } from '../../src/kinds/istio/service-entry.ts'
import { closeAll, type Misbehaviour, recorded, startCluster } from './server.ts'

afterAll(closeAll)

const ENTRIES = SERVICE_ENTRY

async function listOf(
  answer: string | Misbehaviour,
): Promise<{ cluster: LiveCluster; list: LiveList; watches: unknown[] }> {
  const watches: unknown[] = []
  const { kubeconfig } = await startCluster({
    misbehave: (asked, response, request) => {
      if (!asked.query.has('watch')) return false
      watches.push(Object.fromEntries(asked.query))
      if (typeof answer !== 'string') return answer(asked, response, request)
      response.writeHead(200, { 'content-type': 'application/json' }).end(recorded(answer))
      return true
    },
  })
  const options = { kubeconfig, contexts: [], asGroups: [], requestTimeout: 0, usualNamespaces: [], env: {}, cwd: '/' }
  const [cluster] = (await connect(options)) ?? []
  const { lists } = (await cluster?.load([{ kind: ENTRIES }])) ?? { lists: [] }
  if (!cluster || !lists[0]) throw new Error('no list')
  return { cluster, list: lists[0], watches }
}

async function eventsOf(
  cluster: LiveCluster,
  list: LiveList,
  signal = new AbortController().signal,
): Promise<WatchEvent[]> {
  const events: WatchEvent[] = []
  for await (const event of cluster.watch(list, signal)) events.push(event)
  return events
}

describe('a watch', () => {
  it('goes on from the list and hands over what was added, changed and deleted', async () => {
    const { cluster, list, watches } = await listOf('serviceentries-watch.ndjson')
    const events = await eventsOf(cluster, list)
    cluster.close()
    expect(watches).toEqual([
      { watch: '1', allowWatchBookmarks: 'true', resourceVersion: '951', timeoutSeconds: expect.any(String) },
    ])
    expect(events.map(({ type }) => type)).toEqual(['added', 'modified', 'modified', 'deleted'])
    const [added] = events
    expect(added?.type === 'added' && added.document.file.name).toBe('test:serviceentry/cars/watched')
    expect(JSON.stringify(events)).not.toMatch(/managedFields|last-applied/)
  })

  it('hands over bookmarks, from which the next one goes on', async () => {
    const { cluster, list } = await listOf('serviceentries-watch-bookmarks.ndjson')
    const events = await eventsOf(cluster, list)
    cluster.close()
    expect(events.at(-1)).toEqual({ type: 'bookmark', resourceVersion: '959' })
  })

  it('from a version that is too old says so, and the list can be read again', async () => {
    const { cluster, list } = await listOf('serviceentries-watch-expired.ndjson')
    await expect(eventsOf(cluster, { ...list, resourceVersion: '1' })).rejects.toBeInstanceOf(ExpiredError)
    const again = await cluster.reload(list)
    cluster.close()
    expect(again.documents).toHaveLength(613)
    expect(again.list.resourceVersion).toBe('951')
  })

  it('whose stream is cut within an object hands over what came before, and says that it was cut', async () => {
    const { cluster, list } = await listOf((_, response) => {
      const text = recorded('serviceentries-watch.ndjson')
      response.writeHead(200, { 'content-type': 'application/json' }).write(text.slice(0, text.indexOf('\n') + 50))
      setTimeout(() => response.destroy(), 20)
      return true
    })
    const seen: string[] = []
    const reading = (async () => {
      for await (const { type } of cluster.watch(list, new AbortController().signal)) seen.push(type)
    })()
    await expect(reading).rejects.toThrow(/context test .*the connection was cut/)
    cluster.close()
    expect(seen).toEqual(['added'])
  })

  it('ends without an error when it is no longer wanted', async () => {
    const { cluster, list } = await listOf((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
      return true
    })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    expect(await eventsOf(cluster, list, controller.signal)).toEqual([])
    cluster.close()
  })
})
