/** Messages and texts that no editor should send: the server goes on, and what it says stays right. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ErrorCodes, FileChangeType, HoverRequest, ShutdownRequest } from 'vscode-languageserver-protocol/node'
import { entry } from '../commands/cli.ts'
import { type Editor, start } from './client.ts'

const A = entry({ name: 'a', namespace: 'shop', host: 'a.example.com' })
const B = entry({ name: 'b', namespace: 'shop', host: 'b.example.com' })
const TWO = { 'a.yaml': A, 'b.yaml': B }
const CONFLICT = 'tcp-port-conflict'

/** Whether changes of a file, which is open, are still answered. */
async function followsChanges(own: Editor): Promise<void> {
  await own.type('b.yaml', '3306', '3307')
  await own.loses('b.yaml', CONFLICT)
  await own.type('b.yaml', '3307', '3306')
  await own.finds('b.yaml', CONFLICT)
}

async function isAlive(own: Editor): Promise<void> {
  await own.open('b.yaml')
  await followsChanges(own)
}

const framed = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** Messages that say nothing to the server, with what is strange about them. */
const STRANGE: readonly (readonly [what: string, bytes: string])[] = [
  ['no header', 'hello\r\n\r\n'],
  ['no length', 'Content-Type: application/json\r\n\r\n{}'],
  ['a length that is no number', 'Content-Length: many\r\n\r\n{"jsonrpc":"2.0"}'],
  ['a negative length', 'Content-Length: -5\r\n\r\n{"jsonrpc":"2.0"}'],
  ['a huge length', 'Content-Length: 99999999999999\r\n\r\n{"jsonrpc":"2.0"}'],
  ['a long header', `${'x'.repeat(100_000)}\r\n\r\n`],
  ['no JSON', framed('{"jsonrpc": "2.0", ')],
  ['a list', framed('[]')],
  ['null', framed('null')],
  ['a number', framed('42')],
  ['no method', framed('{"jsonrpc":"2.0"}')],
  ['an unknown method', framed('{"jsonrpc":"2.0","method":"no/such","params":{}}')],
  ['an unknown request', framed('{"jsonrpc":"2.0","id":"x","method":"no/such","params":{}}')],
  ['an answer to no question', framed('{"jsonrpc":"2.0","id":777,"result":null}')],
  ['no document', framed('{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}')],
  ['no parameters', framed('{"jsonrpc":"2.0","method":"textDocument/didChange"}')],
  [
    'changes that are no list',
    framed(
      '{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///x"},"contentChanges":5}}',
    ),
  ],
  ['a hover nowhere', framed('{"jsonrpc":"2.0","id":"y","method":"textDocument/hover","params":{"textDocument":5}}')],
  [
    'a strange address',
    framed(
      '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file://%00%zz","version":1,"languageId":"yaml","text":"a"}}}',
    ),
  ],
  ['a name of Object', framed('{"jsonrpc":"2.0","method":"__proto__","params":{"__proto__":{"a":1}}}')],
]

describe('messages', () => {
  it('that nothing can be made of are passed over, one after the other', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    await own.finds('b.yaml', CONFLICT)
    for (const [what, bytes] of STRANGE) {
      own.process.stdin.write(bytes)
      await expect(followsChanges(own), `after ${what}`).resolves.toBeUndefined()
      expect(own.stderr, `after ${what}`).toBe('')
    }
  })

  it('without the parameters of their request are refused as such', async () => {
    const own = await start({ files: TWO })
    const textDocument = { uri: own.uriOf('b.yaml') }
    const position = { line: 0, character: 0 }
    const range = { start: position, end: position }
    const codeOf = (method: string, params: unknown): Promise<unknown> =>
      own.connection.sendRequest(method, params).then(
        () => 'answered',
        ({ code }: { readonly code: number }) => code,
      )
    for (const [method, complete] of [
      ['textDocument/hover', { textDocument, position }],
      ['textDocument/definition', { textDocument, position }],
      ['textDocument/references', { textDocument, position, context: { includeDeclaration: true } }],
      ['textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }],
      ['textDocument/codeLens', { textDocument }],
      ['textDocument/documentSymbol', { textDocument }],
      ['workspace/symbol', { query: 'a' }],
    ] as const) {
      expect(await codeOf(method, complete), method).toBe('answered')
      for (const params of [undefined, null, {}, [], { ...complete, textDocument: 5, query: 5 }]) {
        expect(await codeOf(method, params), `${method} ${JSON.stringify(params)}`).toBe(ErrorCodes.InvalidParams)
      }
      for (const name of Object.keys(complete)) {
        const { [name]: _, ...others } = complete as Readonly<Record<string, unknown>>
        expect(await codeOf(method, others), `${method} without ${name}`).toBe(ErrorCodes.InvalidParams)
      }
    }
    await isAlive(own)
  })

  it('that come in pieces', async () => {
    const own = await start({ files: TWO })
    await own.finds('b.yaml', CONFLICT)
    const text = B.replace('3306', '3307')
    const textDocument = { uri: own.uriOf('b.yaml'), version: 1, languageId: 'yaml', text }
    const message = framed(JSON.stringify({ jsonrpc: '2.0', method: 'textDocument/didOpen', params: { textDocument } }))
    for (let at = 0; at < message.length; at += 7) {
      own.process.stdin.write(message.slice(at, at + 7))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await own.loses('b.yaml', CONFLICT)
  })

  it('end with code 0 after a shutdown, and with 1 without', async () => {
    const own = await start({ files: TWO })
    expect(await own.stop()).toBe(0)
    const lost = await start({ files: TWO })
    lost.process.stdin.end()
    expect(await lost.exited).toBe(1)
    const left = await start({ files: TWO })
    await left.connection.sendRequest(ShutdownRequest.type)
    left.process.stdin.end()
    expect(await left.exited).toBe(0)
  })
})

describe('texts', () => {
  it('with positions outside of them are changed at their ends', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    const far = { line: 99_999, character: 99_999 }
    await own.change('b.yaml', [{ range: { start: far, end: far }, text: '---\nkind: [\n' }])
    await own.finds('b.yaml', 'is never closed')
    await own.change('b.yaml', [{ range: { start: { line: -5, character: -5 }, end: far }, text: B }])
    await own.loses('b.yaml', 'is never closed')
    await own.finds('b.yaml', CONFLICT)
    const position = { line: 5_000, character: 5_000 }
    const textDocument = { uri: own.uriOf('b.yaml') }
    expect(await own.connection.sendRequest(HoverRequest.type, { textDocument, position })).toBeNull()
  })

  it('are counted in the characters of the editor', async () => {
    const name = '# \u{1F40B}\u{1F40B} ä\n'
    for (const [encoding, character] of [
      ['utf-8', 2 + 4 + 4 + 1 + 2],
      ['utf-16', 2 + 2 + 2 + 1 + 1],
      ['utf-32', 2 + 1 + 1 + 1 + 1],
    ] as const) {
      const own = await start({ files: TWO, capabilities: { general: { positionEncodings: [encoding] } } })
      expect(own.result?.capabilities.positionEncoding).toBe(encoding)
      await own.open('b.yaml', name + B)
      const range = { start: { line: 0, character: 0 }, end: { line: 0, character } }
      // Everything but the line end of the comment is replaced by the beginning of a list.
      await own.change('b.yaml', [{ range, text: 'apiVersion: [' }])
      await own.finds('b.yaml', 'is never closed')
      const diagnostic = own.diagnostics('b.yaml')?.find(({ code }) => code === undefined)
      expect(diagnostic?.range.start).toEqual({ line: 0, character: 12 })
      own.kill()
    }
  })

  it('that are half typed at every character', async () => {
    const own = await start({ files: { 'a.yaml': A, 'b.yaml': '' } })
    await own.open('b.yaml')
    for (let end = 1; end <= B.length; end++) {
      await own.change('b.yaml', [{ text: B.slice(0, end) }])
      if (end % 10 === 0) await own.connection.sendRequest(HoverRequest.type, own.place('a.yaml', 'a.example.com'))
    }
    await own.finds('b.yaml', CONFLICT)
    expect(own.codes('b.yaml')).toEqual([CONFLICT])
    expect(own.stderr).toBe('')
  })

  it('that are huge', async () => {
    const own = await start({ files: TWO })
    await own.finds('b.yaml', CONFLICT)
    await own.open(
      'huge.yaml',
      `kind: List\napiVersion: v1\nitems:\n${'- kind: ConfigMap\n  apiVersion: v1\n'.repeat(30_000)}`,
    )
    await own.open('deep.yaml', `apiVersion: v1\nkind: ConfigMap\ndata: ${'['.repeat(50_000)}`)
    await own.finds('deep.yaml', '')
    await isAlive(own)
  }, 60_000)

  it('of files that are gone', async () => {
    const own = await start({ files: TWO })
    await own.finds('b.yaml', CONFLICT)
    await own.watched(['no-such.yaml', FileChangeType.Deleted], ['no/such.yaml', FileChangeType.Changed])
    await isAlive(own)
  })
})

describe('a workspace of 2,000 manifests', () => {
  const EDITS = 12

  it('answers, and does not grow', async () => {
    const files: Record<string, string> = {}
    for (let index = 0; index < 2_000; index++) {
      const spec = { name: `e${index}`, namespace: `n${index % 50}`, host: `h${index}.example.com` }
      files[`n${index % 50}/e${index}.yaml`] = entry(spec).replace('3306', String(1_000 + index))
    }
    const own = await start({ files })
    await own.open('n7/e7.yaml')
    const kilobytes = (): number =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${own.process.pid}/status`, 'utf8'))?.[1])
    const edit = async (): Promise<void> => {
      await own.type('n7/e7.yaml', 'hosts:', 'hozts:')
      await own.finds('n7/e7.yaml', 'unknown-field')
      await own.type('n7/e7.yaml', 'hozts:', 'hosts:')
      await own.loses('n7/e7.yaml', 'unknown-field')
    }
    for (let count = 0; count < EDITS / 2; count++) await edit()
    const before = kilobytes()
    for (let count = 0; count < EDITS / 2; count++) await edit()
    expect(kilobytes()).toBeLessThan(before * 1.5)
  }, 300_000)
})
