import { afterAll, describe, expect, it } from 'vitest'
import { closeAll, recorded, sendJson } from '../live/server.ts'
import { answersOf, ask, codeOf } from '../server/ask.ts'
import { vipctl } from './cli.ts'
import { ENTRIES, SERVICES, watching } from './watch.ts'

afterAll(closeAll)

const [ADDED = '', CHANGED = '', STATUS = '', DELETED = ''] = recorded('serviceentries-watch.ndjson').split('\n')
const BOOKMARK = recorded('serviceentries-watch-bookmarks.ndjson')
  .split('\n')
  .findLast((line) => line.includes('BOOKMARK')) as string
const EXPIRED = recorded('serviceentries-watch-expired.ndjson').trim()

const HOST = 'watched.example.com'

// Each test has a server of its own; together they wait for bursts to end only once.
describe.concurrent('--watch', () => {
  it('prints the answer, then what is new and gone, with the time, and ends well when it is interrupted', async () => {
    const watch = await watching(`nametable ${HOST} *.cars.svc.cluster.local --watch`)
    await watch.until(() => watch.stdout().includes('cars-web.cars.svc.cluster.local'))
    expect(watch.stdout()).not.toMatch(/changes|watched/)
    await watch.send(ENTRIES, ADDED)
    await watch.until(() => watch.stdout().includes(HOST))
    expect(watch.stdout()).toMatch(/\n# \d{4}-\d\d-\d\dT[\d:.]+Z\n# changes: 1 new\n {2}HOST .*\n\+ watched/)
    await watch.send(ENTRIES, DELETED)
    await watch.until(() => watch.stdout().includes('1 gone'))
    expect(watch.stdout()).toMatch(/\n- watched\.example\.com .*\n$/)
    expect(await watch.interrupt()).toBe(0)
    expect(watch.stderr()).not.toMatch(/error|stack/)
  })

  it('gives the DNS server new answers', async () => {
    const watch = await watching('serve --watch --workers 0 --listen 127.0.0.1:0 --no-upstream')
    await watch.until(() => watch.stderr().includes('listening on'))
    const port = Number(/listening on 127\.0\.0\.1:([0-9]+)/.exec(watch.stderr())?.[1])
    const endpoint = { address: '127.0.0.1', port }
    expect(codeOf(await ask(endpoint, HOST))).toBe('SERVFAIL')
    await watch.send(ENTRIES, ADDED)
    await watch.until(() => watch.stderr().includes('from now on'))
    expect(answersOf(await ask(endpoint, HOST))).toHaveLength(1)
    expect(await watch.interrupt()).toBe(0)
  })

  it('says nothing of events that change no answer', async () => {
    const watch = await watching(`nametable ${HOST} -w -o json`)
    await watch.send(ENTRIES, ADDED)
    await watch.until(() => watch.stdout().includes(HOST))
    await watch.send(ENTRIES, CHANGED, BOOKMARK)
    await watch.send(ENTRIES, DELETED)
    await watch.until(() => watch.stdout().includes('"change":"-"'))
    await watch.interrupt()
    const answers = watch
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(answers).toEqual([
      { time: expect.any(String) },
      {
        time: expect.any(String),
        table: { [HOST]: { ips: [expect.stringMatching(/^240\.240\./)], registry: 'External' } },
        changes: [{ change: '+', name: HOST }],
      },
      {
        time: expect.any(String),
        changes: [{ change: '-', name: HOST, before: { ips: [expect.any(String)], registry: 'External' } }],
      },
    ])
  })

  it('prints addresses that a controller stores, for allocate', async () => {
    const watch = await watching(`allocate ${HOST} -w`)
    await watch.until(() => watch.stdout().includes('# no hosts'))
    await watch.send(ENTRIES, ADDED)
    await watch.until(() => watch.stdout().includes('simulated'))
    await watch.send(ENTRIES, STATUS)
    await watch.until(() => watch.stdout().includes('1 changed'))
    expect(watch.stdout()).toMatch(/~ watched\.example\.com .* status /)
    expect(await watch.interrupt()).toBe(0)
  })

  it('watches conflicts, which are no failure then', async () => {
    const watch = await watching('conflicts --watch --fix none')
    await watch.until(() => watch.stdout().includes('# proxy'))
    const [line = ''] = recorded('cars-services-watch.ndjson').split('\n')
    const event = JSON.parse(line) as { type: string; object: { metadata: object; spec: object } }
    const taking = {
      type: 'ADDED',
      object: {
        apiVersion: 'networking.istio.io/v1',
        kind: 'ServiceEntry',
        metadata: { ...event.object.metadata, name: 'taking', namespace: 'default', uid: 'x', resourceVersion: '970' },
        spec: {
          hosts: ['a.example.com', 'b.example.com'],
          resolution: 'NONE',
          ports: [{ number: 4711, name: 'tcp', protocol: 'TCP' }],
        },
      },
    }
    const other = {
      ...taking,
      object: {
        ...taking.object,
        metadata: { ...taking.object.metadata, name: 'late' },
        spec: { ...taking.object.spec, hosts: ['c.example.com'] },
      },
    }
    await watch.send(ENTRIES, JSON.stringify(taking), JSON.stringify(other))
    await watch.until(() => watch.stdout().includes('0.0.0.0_4711'))
    expect(watch.stdout()).toMatch(/\+ 0\.0\.0\.0_4711 /)
    expect(await watch.interrupt()).toBe(0)
  })

  it('goes on from the last version that it saw when the server ends a stream', async () => {
    let streams = 0
    const watch = await watching(`nametable ${HOST} -w`, (asked, response) => {
      if (asked.path !== ENTRIES || !asked.query.has('watch') || streams++ > 0) return false
      response.writeHead(200, { 'content-type': 'application/json' }).end(`${BOOKMARK}\n`)
      return true
    })
    await watch.until(() => watch.versions(ENTRIES).length > 1)
    expect(watch.versions(ENTRIES)).toEqual(['951', '959'])
    expect(await watch.interrupt()).toBe(0)
  })

  it('reads a list again whose version the server has forgotten', async () => {
    let streams = 0
    const watch = await watching(`nametable ${HOST} -w`, (asked, response) => {
      if (asked.path !== ENTRIES || !asked.query.has('watch') || streams++ > 0) return false
      response.writeHead(200, { 'content-type': 'application/json' }).end(`${EXPIRED}\n`)
      return true
    })
    const lists = () => watch.server.asked.filter(({ path, query }) => path === ENTRIES && !query.has('watch')).length
    await watch.until(() => watch.versions(ENTRIES).length > 1)
    expect(lists()).toBeGreaterThan(2)
    await watch.send(ENTRIES, ADDED)
    await watch.until(() => watch.stdout().includes('1 new'))
    expect(await watch.interrupt()).toBe(0)
    expect(watch.stderr()).not.toContain('trying again')
  })

  it('finds what came while its stream was cut, without a word of that', async () => {
    const added = (JSON.parse(ADDED) as { object: { metadata: object } }).object
    let isCut = false
    const watch = await watching(`nametable ${HOST} -w`, (asked, response) => {
      if (asked.path !== ENTRIES || asked.query.has('watch') || !isCut) return false
      sendJson(response, 200, { metadata: { resourceVersion: '956' }, items: [added] })
      return true
    })
    await watch.until(() => watch.stdout() !== '' && watch.versions(ENTRIES).length > 0)
    isCut = true
    watch.cut(ENTRIES)
    await watch.until(() => watch.stdout().includes(`+ ${HOST}`))
    await watch.until(() => watch.versions(ENTRIES).length > 1)
    expect(watch.versions(ENTRIES).at(-1)).toBe('956')
    expect(await watch.interrupt()).toBe(0)
    expect(watch.stderr()).not.toContain('trying again')
  })

  it('says that a server is lost, and that it is back', async () => {
    let isDown = false
    const watch = await watching(`nametable ${HOST} -w`, (_, response) => {
      if (isDown) sendJson(response, 403, { kind: 'Status', message: 'not now', code: 403 })
      return isDown
    })
    await watch.until(() => watch.versions(SERVICES).length > 0 && watch.versions(ENTRIES).length > 0)
    isDown = true
    watch.cut(ENTRIES)
    watch.cut(SERVICES)
    await watch.until(() => watch.stderr().includes('trying again'))
    isDown = false
    await watch.until(() => watch.stderr().includes('answers again'))
    expect(watch.stderr().match(/trying again/g)).toHaveLength(1)
    expect(await watch.interrupt()).toBe(0)
  })

  it('reads again and again what it may list and not watch', async () => {
    const added = (JSON.parse(ADDED) as { object: object }).object
    let lists = 0
    const watch = await watching(`nametable ${HOST} -w`, (asked, response) => {
      if (asked.path !== ENTRIES) return false
      if (asked.query.has('watch')) {
        sendJson(response, 403, { kind: 'Status', message: 'cannot watch', code: 403 })
        return true
      }
      if (lists++ < 3) return false
      sendJson(response, 200, { metadata: { resourceVersion: '956' }, items: [added] })
      return true
    })
    await watch.until(() => watch.stdout().includes(`+ ${HOST}`))
    await watch.until(() => watch.stderr().includes('cannot watch; what cannot be watched is read again'))
    expect(watch.stderr()).toContain('vipctl rbac --watch')
    expect(await watch.interrupt()).toBe(0)
  })

  it('says once that a right was taken away, while everything else goes on', async () => {
    let isForbidden = false
    const watch = await watching(`nametable ${HOST} -w`, ({ path }, response) => {
      const isMine = isForbidden && path === SERVICES
      if (isMine) sendJson(response, 403, { kind: 'Status', message: 'no longer', code: 403 })
      return isMine
    })
    await watch.until(() => watch.versions(SERVICES).length > 0)
    isForbidden = true
    watch.cut(SERVICES)
    await watch.until(() => watch.stderr().includes('no longer; trying again'))
    await watch.send(ENTRIES, ADDED)
    await watch.until(() => watch.stdout().includes(`+ ${HOST}`))
    expect(watch.stderr()).not.toContain('answers again')
    isForbidden = false
    await watch.until(() => watch.stderr().includes('answers again'))
    expect(watch.stderr().match(/trying again/g)).toHaveLength(1)
    expect(await watch.interrupt()).toBe(0)
  })

  it('gets the mesh configuration again where the role allows to get it, not to list or watch it', async () => {
    const watch = await watching(`nametable ${HOST} -w`, ({ path }, response) => {
      const isList = path.endsWith('/configmaps')
      if (isList) sendJson(response, 403, { kind: 'Status', message: 'cannot list configmaps', code: 403 })
      return isList
    })
    await watch.until(() => watch.stderr().includes('cannot list configmaps; what cannot be watched is read again'))
    expect(watch.stderr()).not.toContain('trying again')
    expect(await watch.interrupt()).toBe(0)
  })

  it('takes a kind that is no longer installed for one without objects', async () => {
    let isInstalled = true
    const watch = await watching('nametable -w -o json', ({ path }, response) => {
      if (isInstalled || path !== ENTRIES) return false
      sendJson(response, 404, { kind: 'Status', message: 'the server could not find it', code: 404 })
      return true
    })
    await watch.until(() => watch.versions(ENTRIES).length > 0)
    isInstalled = false
    watch.cut(ENTRIES)
    await watch.until(() => watch.stdout().includes('"change":"-"'))
    expect(watch.stderr()).not.toContain('trying again')
    expect(await watch.interrupt()).toBe(0)
  })

  it('waits for a proxy that is gone', async () => {
    const watch = await watching('nametable --proxy db-0.default -w')
    await watch.until(() => watch.stdout().includes('Pod default/db-0'))
    const pods = JSON.parse(recorded('pods.json')) as { items: { metadata: { name: string } }[] }
    const object = { apiVersion: 'v1', kind: 'Pod', ...pods.items.find(({ metadata }) => metadata.name === 'db-0') }
    await watch.send('/api/v1/pods', JSON.stringify({ type: 'DELETED', object }))
    await watch.until(() => watch.stderr().includes('waiting for it'))
    expect(await watch.interrupt()).toBe(0)
  })

  it('needs a cluster', async () => {
    const { code, stderr } = await vipctl('nametable --watch -f fixtures/quickstart')
    expect(code).toBe(2)
    expect(stderr).toContain('--watch watches the current cluster, without files')
  })
})
