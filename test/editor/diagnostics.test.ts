import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CodeActionRequest, FileChangeType } from 'vscode-languageserver-protocol/node'
import { entry } from '../commands/cli.ts'
import { start } from './client.ts'

const A = entry({ name: 'a', namespace: 'shop', host: 'a.example.com' })
const B = entry({ name: 'b', namespace: 'shop', host: 'b.example.com' })
const TWO = { 'a.yaml': A, 'b.yaml': B }

const CONFLICT = 'tcp-port-conflict'
const BROKEN = 'the indentation does not match'

describe('diagnostics', () => {
  it('are those of lint, with the rule, its page and the places that matter', async () => {
    const own = await start({ files: TWO })
    expect(own.result?.serverInfo?.name).toBe('vipctl')
    await own.finds('b.yaml', CONFLICT)
    const [diagnostic] = own.diagnostics('b.yaml') ?? []
    expect(diagnostic).toMatchObject({ severity: 1, source: 'vipctl', code: CONFLICT })
    expect(diagnostic?.codeDescription?.href).toMatch(/\/docs\/rules\/tcp-port-conflict\.md$/)
    expect(diagnostic && own.quoted({ uri: own.uriOf('b.yaml'), range: diagnostic.range })).toBe(
      'b.yaml:10: number: 3306',
    )
    expect(diagnostic?.relatedInformation?.map(({ location }) => own.quoted(location))).toEqual([
      'a.yaml:10: number: 3306',
    ])
    expect(own.diagnostics('a.yaml')).toBeUndefined()
  })

  it('follow what is typed, in the other files too', async () => {
    const own = await start({ files: TWO })
    await own.finds('b.yaml', CONFLICT)
    await own.open('b.yaml')
    await own.type('b.yaml', '3306', '3307')
    await own.loses('b.yaml', CONFLICT)
    await own.open('a.yaml')
    await own.type('a.yaml', '3306', '3307')
    await own.finds('b.yaml', CONFLICT)
    // Only the editor has the text: closed without saving, the stored one counts.
    await own.close('a.yaml')
    await own.loses('b.yaml', CONFLICT)
  })

  it('say that a text is not YAML where nothing in it is an object yet', async () => {
    const own = await start({ files: { ...TWO, 'new.yaml': 'hosts: [a.example.com\nports: 1\n' } })
    await own.open('new.yaml')
    await own.finds('new.yaml', 'is never closed')
    await own.change('new.yaml', [{ text: 'hosts: [a.example.com]\nports: 1\n' }])
    await own.loses('new.yaml', 'is never closed')
    await own.finds('b.yaml', CONFLICT)
  })

  it.each([
    ['a template', 't.yaml', '{{- if .Values.a }}\na: {{ .Values.b }}\n{{- end }}\n'],
    ['a tag of another program', 't.yaml', 'a: !Ref b\n'],
    ['a list', 't.yaml', '- a\n- b\n'],
    ['JSON with comments', 'tsconfig.json', '{\n  // a comment\n  "a": [\n}\n'],
  ])('say nothing about %s', async (_, name, text) => {
    const own = await start({ files: { ...TWO, [name]: text } })
    await own.open(name)
    await own.type(name, text.slice(0, 3), text.slice(0, 3))
    await own.finds('b.yaml', CONFLICT)
    await own.open('b.yaml')
    await own.type('b.yaml', '3306', '3307')
    await own.loses('b.yaml', CONFLICT)
    expect(own.diagnostics(name)).toBeUndefined()
  })

  it('are sent once as long as they stay the same', async () => {
    const own = await start({ files: TWO })
    await own.finds('b.yaml', CONFLICT)
    const before = own.published.length
    await own.open('a.yaml')
    await own.type('a.yaml', 'name: a\n', 'name: a\n  # a comment\n')
    await own.connection.sendRequest(CodeActionRequest.type, {
      ...own.place('a.yaml', 'hosts'),
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics: [] },
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    const since = own.published.slice(before).map(({ uri }) => uri)
    // The related place has moved by a line.
    expect(since).toEqual([own.uriOf('b.yaml')])
  })

  it('keep those of other files and move with the text while a line is half typed', async () => {
    const own = await start({ files: TWO })
    await own.finds('b.yaml', CONFLICT)
    await own.open('b.yaml')
    await own.type('b.yaml', 'metadata:\n', 'metadata:\n  lab\n')
    await own.finds('b.yaml', BROKEN)
    const conflict = own.diagnostics('b.yaml')?.find(({ code }) => code === CONFLICT)
    expect(conflict && own.quoted({ uri: own.uriOf('b.yaml'), range: conflict.range })).toBe('b.yaml:11: number: 3306')
    await own.type('b.yaml', '  lab\n', '')
    await own.loses('b.yaml', BROKEN)
    expect(own.codes('b.yaml')).toEqual([CONFLICT])
  })

  it('have the places of errors in YAML', async () => {
    const own = await start({ files: { 'a.yaml': `${A}---\nkind: [\napiVersion: v1\n` } })
    await own.finds('a.yaml', 'is never closed')
    const diagnostic = own.diagnostics('a.yaml')?.find(({ source, code }) => source === 'vipctl' && code === undefined)
    expect(diagnostic).toMatchObject({ severity: 1, range: { start: { line: 14, character: 6 } } })
  })

  it('come and go with files', async () => {
    const own = await start({ files: { 'a.yaml': A } })
    await own.finds('a.yaml', '')
    own.write('deep/b.yaml', B)
    await own.watched(['deep/b.yaml', FileChangeType.Created])
    await own.finds('deep/b.yaml', CONFLICT)
    own.write('deep/b.yaml', B.replace('3306', '3307'))
    await own.watched(['deep/b.yaml', FileChangeType.Changed])
    await own.loses('deep/b.yaml', CONFLICT)
    own.write('deep/b.yaml', B)
    await own.watched(['deep/b.yaml', FileChangeType.Changed])
    await own.finds('deep/b.yaml', CONFLICT)
    rmSync(join(own.folder, 'deep/b.yaml'))
    await own.watched(['deep/b.yaml', FileChangeType.Deleted])
    await own.loses('deep/b.yaml', CONFLICT)
    expect(own.diagnostics('deep/b.yaml')).toEqual([])
  })

  it('follow a renamed file', async () => {
    const own = await start({ files: TWO })
    await own.finds('b.yaml', CONFLICT)
    rmSync(join(own.folder, 'b.yaml'))
    own.write('c.yaml', B)
    await own.watched(['b.yaml', FileChangeType.Deleted], ['c.yaml', FileChangeType.Created])
    await own.finds('c.yaml', CONFLICT)
    expect(own.diagnostics('b.yaml')).toEqual([])
  })

  it('include a file that is open and not stored yet', async () => {
    const own = await start({ files: { 'a.yaml': A } })
    await own.open('new.yaml', B)
    await own.finds('new.yaml', CONFLICT)
    own.write('new.yaml', B)
    await own.type('new.yaml', '3306', '3307')
    await own.loses('new.yaml', CONFLICT)
    await own.type('new.yaml', '3307', '3306')
    await own.finds('new.yaml', CONFLICT)
    expect(own.codes('new.yaml').filter((code) => code === 'object-duplicated')).toEqual([])
  })
})

describe('the configuration', () => {
  const CONFIG = 'rules:\n  tcp-port-conflict: info\n'

  it('sets severities and leaves out what it ignores', async () => {
    const own = await start({ files: { ...TWO, '.vipctl.yaml': CONFIG } })
    await own.finds('b.yaml', CONFLICT)
    expect(own.diagnostics('b.yaml')?.[0]?.severity).toBe(3)
    own.write('.vipctl.yaml', 'ignores:\n- rule: tcp-port-conflict\n  reason: a test\n')
    await own.watched(['.vipctl.yaml', FileChangeType.Changed])
    await own.loses('b.yaml', CONFLICT)
    rmSync(join(own.folder, '.vipctl.yaml'))
    await own.watched(['.vipctl.yaml', FileChangeType.Deleted])
    await own.finds('b.yaml', CONFLICT)
    expect(own.diagnostics('b.yaml')?.[0]?.severity).toBe(1)
  })

  it('shows its mistakes where they are', async () => {
    const own = await start({ files: { ...TWO, '.vipctl.yaml': 'rules:\n  no-such-rule: off\n' } })
    await own.finds('.vipctl.yaml', 'no-such-rule')
    expect(own.diagnostics('.vipctl.yaml')?.[0]?.range.start.line).toBe(1)
    own.write('.vipctl.yaml', CONFIG)
    await own.watched(['.vipctl.yaml', FileChangeType.Changed])
    await own.finds('b.yaml', CONFLICT)
    expect(own.diagnostics('.vipctl.yaml')).toEqual([])
  })
})
