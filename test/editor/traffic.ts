/** Random messages to a server, as editors, people and broken programs might send them. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CancellationTokenSource, FileChangeType, type Position, type Range } from 'vscode-languageserver-protocol/node'
import { entry } from '../commands/cli.ts'
import { Random } from '../fuzz/random.ts'
import type { Editor } from './client.ts'

const route = (name: string, host: string): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: [${host}]
  http:
  - route:
    - destination: {host: ${host}, subset: v1}
`

export const FILES: Readonly<Record<string, string>> = {
  'a.yaml': entry({ name: 'a', namespace: 'shop', host: 'a.example.com' }),
  'b.yaml': entry({ name: 'b', namespace: 'shop', host: 'b.example.com' }),
  'both.yaml': `${entry({ name: 'c', namespace: 'web', host: 'c.example.com' })}---\r\n${route('c', 'c.example.com')}`,
  'routes.yaml': `${route('a', 'a.example.com')}---\n${route('no', 'no.example.com')}`,
  'deep/names.yaml': `# \u{1F40B} ä\n${entry({ name: 'd', namespace: 'deep', host: 'd.example.com' })}`,
  '.vipctl.yaml': 'rules:\n  tcp-port-conflict: error\n',
}

const NAMES = [...Object.keys(FILES), 'new.yaml', 'deep/new.json', 'notes.txt', '.gitignore']

const PIECES = [
  ': ',
  '\n',
  '  ',
  '- ',
  '{',
  '}',
  '[',
  '"',
  "'",
  '---\n',
  '&a',
  '*a',
  '|\n',
  '#',
  '\t',
  '\u{1F40B}',
  '\u0000',
  '\r\n',
  '\ufeff',
  'hosts',
  'a.example.com',
  '3306',
  'kind: Service\n',
  '{{ .Values.a }}',
  '<<: *a',
  '!!binary ',
  '__proto__: ',
] // prettier-ignore

const REQUESTS = ['hover', 'definition', 'references', 'codeLens', 'documentSymbol', 'codeAction'] as const

/** Errors that a server may answer with: the text has changed, and the question was withdrawn. */
const ALLOWED = new Set([-32801, -32800])

export class Traffic {
  readonly #editor: Editor
  readonly #random: Random
  readonly #open = new Map<string, { version: number; text: string }>()
  readonly #pending = new Set<Promise<unknown>>()
  /** What was answered that should not be. */
  readonly failures: string[] = []
  sent = 0

  constructor(editor: Editor, seed: number) {
    this.#editor = editor
    this.#random = new Random(seed)
  }

  #uri(name: string): string {
    return pathToFileURL(join(this.#editor.folder, name)).href
  }

  #notify(method: string, params: unknown): void {
    void this.#editor.connection.sendNotification(method, params)
  }

  #position(text: string): Position {
    const strange = this.#random.below(20)
    if (strange === 0) return { line: 1e9, character: 1e9 }
    if (strange === 1) return { line: -1, character: -1 }
    if (strange === 2) return { line: 0.5, character: 1e300 }
    const before = text.slice(0, this.#random.below(text.length + 1)).split('\n')
    return { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
  }

  #range(text: string): Range {
    const start = this.#position(text)
    return this.#random.next() < 0.5 ? { start, end: start } : { start, end: this.#position(text) }
  }

  #text(): string {
    const whole = this.#random.pick(Object.values(FILES))
    const choice = this.#random.below(10)
    if (choice === 0) return ''
    if (choice === 1) return whole.slice(0, this.#random.below(whole.length))
    if (choice === 2) return Array.from({ length: this.#random.below(40) }, () => this.#random.pick(PIECES)).join('')
    if (choice === 3) return whole.replaceAll('3306', String(this.#random.below(70_000)))
    return whole
  }

  #openOrChange(): void {
    const name = this.#random.pick(NAMES)
    const known = this.#open.get(name)
    if (!known || this.#random.below(10) === 0) {
      const text = this.#text()
      this.#open.set(name, { version: 1, text })
      const textDocument = { uri: this.#uri(name), languageId: 'yaml', version: 1, text }
      this.#notify('textDocument/didOpen', { textDocument })
      return
    }
    known.version++
    const contentChanges = Array.from({ length: 1 + this.#random.below(3) }, () => {
      if (this.#random.below(8) === 0) {
        known.text = this.#text()
        return { text: known.text }
      }
      const text = this.#random.pick(PIECES)
      known.text += text
      return { range: this.#range(known.text), text }
    })
    this.#notify('textDocument/didChange', {
      textDocument: { uri: this.#uri(name), version: known.version },
      contentChanges,
    })
  }

  #close(): void {
    const name = this.#random.pick(NAMES)
    this.#open.delete(name)
    this.#notify('textDocument/didClose', { textDocument: { uri: this.#uri(name) } })
  }

  /** Files come, go and are renamed. */
  #store(): void {
    const name = this.#random.pick(NAMES)
    const path = join(this.#editor.folder, name)
    const isDeleted = this.#random.below(2) === 0
    if (isDeleted) rmSync(path, { force: true })
    else this.#editor.write(name, this.#text())
    const types = [FileChangeType.Created, FileChangeType.Changed, FileChangeType.Deleted]
    // Some editors tell something else than what happened.
    const type =
      this.#random.below(4) === 0
        ? this.#random.pick(types)
        : isDeleted
          ? FileChangeType.Deleted
          : FileChangeType.Created
    this.#notify('workspace/didChangeWatchedFiles', { changes: [{ uri: this.#uri(name), type }] })
    if (this.#random.below(2) === 0) this.#notify('textDocument/didSave', { textDocument: { uri: this.#uri(name) } })
  }

  #ask(): void {
    const name = this.#random.pick(NAMES)
    const text = this.#open.get(name)?.text ?? FILES[name] ?? ''
    const textDocument = { uri: this.#random.below(30) === 0 ? 'untitled:Untitled-1' : this.#uri(name) }
    const request = this.#random.pick(REQUESTS)
    const only = this.#random.below(3) === 0 ? { only: ['source.fixAll'] } : {}
    const params = {
      textDocument,
      position: this.#position(text),
      range: this.#range(text),
      context: { diagnostics: [], includeDeclaration: this.#random.below(2) === 0, ...only },
    }
    this.#request(`textDocument/${request}`, params)
  }

  #request(method: string, params: unknown): void {
    const cancelling = new CancellationTokenSource()
    const answer = this.#editor.connection
      .sendRequest(method, params, cancelling.token)
      .catch((error: { readonly code?: number; readonly message: string }) => {
        if (!ALLOWED.has(error.code ?? 0)) this.failures.push(`${method} ${JSON.stringify(params)}: ${error.message}`)
      })
      .finally(() => this.#pending.delete(answer))
    this.#pending.add(answer)
    if (this.#random.below(4) === 0) cancelling.cancel()
  }

  /** What is not the protocol. None of it takes a part of the next message, which the server could not know. */
  #garbage(): void {
    const { stdin } = this.#editor.process
    const framed = (body: Buffer, length = body.length): Buffer =>
      Buffer.concat([Buffer.from(`Content-Length: ${length}\r\n\r\n`), body])
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', method: 'textDocument/didOpen', params: {} }))
    stdin.write(
      this.#random.pick([
        () => framed(body, body.length - 1 - this.#random.below(20)),
        () => framed(Buffer.from([0xff, 0xfe, 0xc3, 0x28])),
        () => framed(Buffer.from('{"jsonrpc":"2.0","method":"textDocument/hover","params":[1,2]}')),
        () => framed(Buffer.from('{"jsonrpc":"2.0","id":null,"method":5}')),
        () => framed(Buffer.from('{"jsonrpc":"2.0","id":{"a":1},"method":"textDocument/hover"}')),
        () => framed(Buffer.from('')),
        () => Buffer.from('Content-Length: x\r\n\r\n'),
        () => Buffer.from(`${'x'.repeat(this.#random.below(9_000))}\r\n\r\n`),
        () => Buffer.from('Content-Type: text\r\n\r\n'),
      ])(),
    )
  }

  #whole(): void {
    const choice = this.#random.below(6)
    if (choice === 0) this.#notify('workspace/didChangeConfiguration', { settings: {} })
    else if (choice === 1) this.#notify('no/such', { a: 1 })
    else if (choice === 2) this.#notify('$/cancelRequest', { id: this.#random.below(1_000) })
    else if (choice === 3)
      this.#request('workspace/symbol', { query: this.#random.pick(['', 'a', 'Service', '\u{1F40B}']) })
    else {
      const folder = { uri: this.#uri('deep'), name: 'deep' }
      const [added, removed] = choice === 4 ? [[folder], []] : [[], [folder]]
      this.#notify('workspace/didChangeWorkspaceFolders', { event: { added, removed } })
    }
  }

  /** A document of some megabytes that is not a manifest, or many objects. */
  #huge(): void {
    const one = this.#random.pick([
      '- kind: ConfigMap\n  apiVersion: v1\n',
      '[',
      'a: b\n',
      'x',
      `${FILES['a.yaml']}---\n`,
    ])
    const text = one.repeat(Math.floor(200_000 / one.length))
    this.#open.set('huge.yaml', { version: 1, text })
    const textDocument = { uri: this.#uri('huge.yaml'), languageId: 'yaml', version: 1, text }
    this.#notify('textDocument/didOpen', { textDocument })
    this.#notify('textDocument/didClose', { textDocument })
  }

  send(): void {
    this.sent++
    const choice = this.#random.next()
    if (choice < 0.4) this.#openOrChange()
    else if (choice < 0.75) this.#ask()
    else if (choice < 0.82) this.#close()
    else if (choice < 0.9) this.#store()
    else if (choice < 0.95) this.#garbage()
    else if (choice < 0.997) this.#whole()
    else this.#huge()
  }

  /** Waits until every question is answered. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }

  /** Closes every document, and puts the files back as they were. */
  async restore(): Promise<void> {
    const { folder } = this.#editor
    for (const name of [...NAMES, 'huge.yaml']) {
      this.#notify('textDocument/didClose', { textDocument: { uri: this.#uri(name) } })
      const text = FILES[name]
      if (text === undefined) rmSync(join(folder, name), { force: true })
      else writeFileSync(join(folder, name), text)
      const type = text === undefined ? FileChangeType.Deleted : FileChangeType.Created
      this.#notify('workspace/didChangeWatchedFiles', { changes: [{ uri: this.#uri(name), type }] })
    }
    const folders = { added: [], removed: [{ uri: this.#uri('deep'), name: 'deep' }] }
    this.#notify('workspace/didChangeWorkspaceFolders', { event: folders })
    await this.settled()
  }
}
