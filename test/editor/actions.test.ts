import { describe, expect, it } from 'vitest'
import {
  CancellationTokenSource,
  type CodeAction,
  CodeActionRequest,
  type Diagnostic,
  HoverRequest,
  LSPErrorCodes,
} from 'vscode-languageserver-protocol/node'
import { CAPTURE, documents, entry, vipctl } from '../commands/cli.ts'
import { type Editor, start } from './client.ts'

const TWO = {
  'a.yaml': entry({ name: 'a', namespace: 'shop', host: 'a.example.com' }),
  'b.yaml': `# Kept.\r\n${entry({ name: 'b', namespace: 'shop', host: 'b.example.com' }).replaceAll('\n', '\r\n')}`,
}
const CONFLICT = 'tcp-port-conflict'

async function actionsFor(own: Editor, name: string, { range }: Diagnostic, only?: string[]): Promise<CodeAction[]> {
  const actions = await own.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: own.uriOf(name) },
    range,
    context: { diagnostics: [], ...(only && { only }) },
  })
  return (actions ?? []) as CodeAction[]
}

async function found(own: Editor, name: string, code: string): Promise<Diagnostic> {
  await own.finds(name, code)
  return own.diagnostics(name)?.find((each) => each.code === code) as Diagnostic
}

describe('quick fixes', () => {
  it('are proven: after each of them lint does not find the problem', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    const actions = await actionsFor(own, 'b.yaml', await found(own, 'b.yaml', CONFLICT))
    const fixes = actions.filter(({ title }) => !title.startsWith('Ignore '))
    expect(fixes.map(({ kind, isPreferred = false }) => [kind, isPreferred])).toContainEqual(['quickfix', true])
    expect(fixes[0]?.diagnostics?.[0]?.code).toBe(CONFLICT)
    for (const { edit, title } of fixes) {
      const texts = { ...TWO, ...own.applied(edit ?? {}) }
      expect(texts['b.yaml'], title).toMatch(/^# Kept\.\r\n/)
      const { stdout } = await vipctl('lint -f - -o json', { stdin: documents(...Object.values(texts)) })
      expect(stdout, title).not.toContain(CONFLICT)
    }
  })

  it('change other files, and only what they must', async () => {
    const own = await start({ files: { ...TWO, 'istio.yaml': CAPTURE.replace('"true"', '"false"') } })
    const actions = await actionsFor(own, 'b.yaml', await found(own, 'b.yaml', CONFLICT))
    const capturing = actions.map(({ edit }) => own.applied(edit ?? {})).find((texts) => 'istio.yaml' in texts)
    expect(capturing?.['istio.yaml']).toContain('ISTIO_META_DNS_CAPTURE: "true"')
  })

  it('ignore a rule for an object by an annotation', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    const actions = await actionsFor(own, 'b.yaml', await found(own, 'b.yaml', CONFLICT))
    const ignore = actions.find(({ title }) => title === 'Ignore tcp-port-conflict for ServiceEntry shop/b')
    const text = own.applied(ignore?.edit ?? {})['b.yaml'] ?? ''
    expect(text).toContain('  annotations:\r\n    vipctl.io/ignore: "tcp-port-conflict"\r\n')
    await own.change('b.yaml', [{ text }])
    await own.loses('b.yaml', CONFLICT)
  })

  it('are of the text that the editor has', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    await own.type('b.yaml', '# Kept.', '# Kept and longer.\r\n# Two lines.')
    await own.until(() => own.diagnostics('b.yaml')?.[0]?.range.start.line === 11, 'the moved line')
    const actions = await actionsFor(own, 'b.yaml', await found(own, 'b.yaml', CONFLICT))
    const fix = actions.find(({ title }) => title.startsWith('Ignore '))
    expect(fix?.edit?.documentChanges?.[0]).toMatchObject({ textDocument: { version: 2 } })
    expect(own.applied(fix?.edit ?? {})['b.yaml']).toMatch(/^# Kept and longer\.\r\n# Two lines\.\r\napiVersion/)
  })

  it('are not offered elsewhere, nor for a text that cannot be read', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    const diagnostic = await found(own, 'b.yaml', CONFLICT)
    const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }
    expect(await actionsFor(own, 'b.yaml', { ...diagnostic, range: top })).toEqual([])
    await own.type('b.yaml', 'metadata:', 'metadata: {')
    const changed = (await actionsFor(own, 'b.yaml', diagnostic)).map(({ edit }) => own.applied(edit ?? {}))
    expect(changed.filter((texts) => 'b.yaml' in texts)).toEqual([])
  })

  it('make all safe ones of a file at once', async () => {
    const repeated = entry({ spec: '  resolution: DNS' })
      .replace('- db.example.com', '- a.com\n  - a.com')
      .replaceAll('TCP', 'TLS')
    const own = await start({ files: { 'db.yaml': repeated } })
    const everything = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } }
    await own.until(() => own.codes('db.yaml').length > 0, 'findings')
    const [all, ...others] = await actionsFor(own, 'db.yaml', { range: everything, message: '' }, ['source.fixAll'])
    expect([all?.kind, others]).toEqual(['source.fixAll.vipctl', []])
    expect(own.applied(all?.edit ?? {})['db.yaml']).toBe(repeated.replace('  - a.com\n', ''))
  })

  it('go without versions to an editor that knows none', async () => {
    const own = await start({ files: TWO, capabilities: {} })
    const [fix] = await actionsFor(own, 'b.yaml', await found(own, 'b.yaml', CONFLICT))
    expect(Object.keys(fix?.edit ?? {})).toEqual(['changes'])
  })

  it('do not hold up other questions', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    const order: string[] = []
    const actions = actionsFor(own, 'b.yaml', await found(own, 'b.yaml', CONFLICT)).then(() => order.push('fixes'))
    await own.connection.sendRequest(HoverRequest.type, own.place('b.yaml', 'b.example.com'))
    order.push('hover')
    await actions
    expect(order).toEqual(['hover', 'fixes'])
  })

  it('are given up when the text changes, or when the editor asks for nothing any more', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    const diagnostic = await found(own, 'b.yaml', CONFLICT)
    const changed = actionsFor(own, 'b.yaml', diagnostic)
    await own.type('b.yaml', '3306', '3307')
    await expect(changed).rejects.toMatchObject({ code: LSPErrorCodes.ContentModified })
    await own.type('b.yaml', '3307', '3306')
    await own.finds('b.yaml', CONFLICT)
    const cancelling = new CancellationTokenSource()
    const { range } = diagnostic
    const params = { textDocument: { uri: own.uriOf('b.yaml') }, range, context: { diagnostics: [] } }
    const cancelled = own.connection.sendRequest(CodeActionRequest.type, params, cancelling.token)
    cancelling.cancel()
    expect(await cancelled.catch(() => [])).toEqual([])
    expect((await actionsFor(own, 'b.yaml', diagnostic)).length).toBeGreaterThan(1)
  })
})
