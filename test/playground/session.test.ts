import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Line, textOf } from '../../src/formats/spans.ts'
import { DEFAULT_SETTINGS, type PageFile, type Settings } from '../../src/playground/messages.ts'
import { Session } from '../../src/playground/worker/session.ts'

const fixture = (path: string): PageFile => ({
  name: path,
  text: readFileSync(fileURLToPath(new URL(`../../fixtures/scenarios/${path}`, import.meta.url)), 'utf8'),
})

const PODS = fixture('06-two-databases/pods.yaml')
const DATABASES = fixture('06-two-databases/same-port/databases.yaml')

/** A page with files and settings, whose mesh is computed. */
function sessionOf(files: readonly PageFile[], settings: Partial<Settings> = {}) {
  const session = new Session()
  const mesh = session.answer('mesh', { files, settings: { ...DEFAULT_SETTINGS, ...settings } })
  return { session, mesh }
}

const all = { filter: '', from: 0, to: 100 }
const linesText = (lines: readonly Line[]): string => lines.map((line) => line.map(textOf).join('')).join('\n')

describe("the worker's answers", () => {
  it('are about a sidecar in the first namespace until a proxy is chosen', () => {
    const file = { name: 'shop.yaml', text: 'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n' }
    expect(sessionOf([file]).mesh).toMatchObject({ chosen: 'namespace shop', capturesDns: false })
    expect(sessionOf([PODS, DATABASES]).mesh.proxy).toBe('synthetic sidecar in namespace default, DNS capture off')
  })

  it('list the proxies, and answer for the chosen one', () => {
    const { mesh } = sessionOf([PODS, DATABASES], { proxy: 'workload capturing' })
    expect(mesh.proxies.map(({ group, label }) => `${group}: ${label}`)).toContain('Workloads: Pod default/capturing')
    expect(mesh).toMatchObject({ proxy: 'sidecar of Pod default/capturing, DNS capture on', names: 2 })
  })

  it('say which proxy does not exist, and still lint', () => {
    const { session, mesh } = sessionOf([PODS, DATABASES], { proxy: 'workload clientt' })
    expect(mesh.proxy).toBeUndefined()
    expect(mesh.problems.map(({ message }) => message).join()).toContain('clientt')
    expect(() => session.answer('rows', { table: 'names', ...all })).toThrow('do not have this proxy')
    expect(session.answer('lint', null)).toMatchObject({ conflicts: 0 })
  })

  it('have what is kept out below the listener that does, with its place', () => {
    const { session } = sessionOf([PODS, DATABASES], { proxy: 'workload client' })
    const { rows } = session.answer('rows', { table: 'listeners', ...all, filter: '3306' })
    expect(rows.map(({ level }) => level)).toEqual([undefined, 'error'])
    expect(rows[1]?.place?.line).toBeGreaterThan(1)
    const detail = session.answer('detail', { table: 'listeners', key: rows[1]?.key ?? '', width: 80 })
    expect(linesText(detail)).toContain('same-match')
    expect(session.answer('lint', null)).toMatchObject({ conflicts: 1 })
  })

  it('are those of the newest text after each change', () => {
    const { session } = sessionOf([PODS, DATABASES], { proxy: 'workload capturing' })
    const edited = { ...DATABASES, text: `# moved\n${DATABASES.text.replace('instance2', 'instance3')}` }
    const settings = { ...DEFAULT_SETTINGS, proxy: 'workload capturing' }
    session.answer('mesh', { files: [PODS, edited], settings })
    const fresh = sessionOf([PODS, edited], { proxy: 'workload capturing' }).session
    for (const table of ['names', 'listeners'] as const) {
      expect(session.answer('rows', { table, ...all })).toEqual(fresh.answer('rows', { table, ...all }))
    }
    expect(session.answer('lint', null)).toEqual(fresh.answer('lint', null))
  })

  it('have edits that end the finding that they fix', () => {
    const files = [PODS, DATABASES]
    const { session } = sessionOf(files, { proxy: 'workload client' })
    const lint = session.answer('lint', null)
    const fixes = session.answer('fixes', null)
    const [fix] = fixes
    const rule = lint.findings[fix?.finding ?? -1]?.rule
    expect(rule).toMatch(/conflict/)
    const { edits, added } = session.answer('fix', { finding: fix?.finding ?? -1 })
    const after = files.map((file) => {
      const parts = edits.find((edit) => edit.file === file.name)?.parts ?? []
      const text = [...parts]
        .reverse()
        .reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), file.text)
      return { ...file, text }
    })
    const fixed = sessionOf([...after, ...(added ? [added] : [])], { proxy: 'workload client' }).session
    const left = fixed.answer('lint', null)
    expect(left.findings.filter((finding) => finding.rule === rule).length).toBeLessThan(
      lint.findings.filter((finding) => finding.rule === rule).length,
    )
  })

  it('read the files below a folder as a remote cluster', () => {
    const files = ['cluster-1', 'cluster-2'].map((id) => ({
      ...fixture(`08-two-clusters/${id}/hello.yaml`),
      name: `${id}/hello.yaml`,
    }))
    const clusters = { clusterId: 'cluster-1', remotes: 'cluster-2=cluster-2' }
    const answerFor = (proxy: string): string => {
      const { session } = sessionOf(files, { ...clusters, proxy })
      return linesText(session.answer('dig', { question: 'hello', width: 80 }))
    }
    expect(answerFor('workload client-1')).toContain('10.96.0.10')
    expect(answerFor('workload client-2')).toContain('10.10.0.10')
    expect(() => sessionOf(files, { ...clusters, remotes: 'cluster-1=x' })).toThrow('two clusters have the ID')
    expect(() => sessionOf(files, { ...clusters, remotes: 'x' })).toThrow('ID=FOLDER')
  })

  it('trace with headers, and have a picture', () => {
    const { session } = sessionOf([PODS, DATABASES], { proxy: 'workload capturing' })
    const host = 'mysql-instance1.us-east-1.rds.amazonaws.com'
    const { lines, graph } = session.answer('trace', { target: `${host}:3306`, headers: '', width: 80 })
    expect(linesText(lines)).toContain(`outbound|3306||${host}`)
    expect(graph.boxes.flatMap(({ text }) => text)).toContain('listener')
    expect(() => session.answer('trace', { target: 'x:1', headers: 'a: b', width: 80 })).toThrow('need HTTP')
  })
})
