import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  DidChangeWorkspaceFoldersNotification,
  FileChangeType,
  HoverRequest,
} from 'vscode-languageserver-protocol/node'
import { entry, vipctl } from '../commands/cli.ts'
import { start } from './client.ts'

const A = entry({ name: 'a', namespace: 'shop', host: 'a.example.com' })
const B = entry({ name: 'b', namespace: 'shop', host: 'b.example.com' })
const TWO = { 'a.yaml': A, 'b.yaml': B }
const CONFLICT = 'tcp-port-conflict'

describe('an editor', () => {
  it('that tells nothing about files is served all the same', async () => {
    const own = await start({ files: { 'a.yaml': A }, capabilities: {} })
    await own.finds('a.yaml', '')
    // The first look is two seconds after the start.
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    own.write('b.yaml', B)
    await own.finds('b.yaml', CONFLICT)
    rmSync(join(own.folder, 'b.yaml'))
    await own.loses('b.yaml', CONFLICT)
  })

  it('sees the progress of the first check, once', async () => {
    const own = await start({ files: TWO })
    const kinds = () => own.progress.map((each) => (each as { value: { kind: string } }).value.kind)
    await own.until(() => kinds().includes('end'), 'the end of the progress')
    expect(kinds()[0]).toBe('begin')
    expect(kinds().filter((kind) => kind === 'end')).toHaveLength(1)
  })

  it('changes its folders', async () => {
    const own = await start({
      files: { 'one/a.yaml': A, 'one/b.yaml': B, 'two/a.yaml': A, 'two/b.yaml': B },
      params: { workspaceFolders: [] },
    })
    const folder = (name: string) => ({ uri: pathToFileURL(join(own.folder, name)).href, name })
    await own.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [folder('one'), folder('two')], removed: [] },
    })
    await own.finds('one/b.yaml', CONFLICT)
    await own.finds('two/b.yaml', CONFLICT)
    await own.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [], removed: [folder('one')] },
    })
    await own.loses('one/b.yaml', CONFLICT)
    expect(own.codes('two/b.yaml')).toEqual([CONFLICT])
  })

  it('without a folder gets the findings of each file alone', async () => {
    const both = `${A}---\n${B}`
    const own = await start({ files: { ...TWO, 'both.yaml': both }, params: { workspaceFolders: null, rootUri: null } })
    await own.open('b.yaml')
    await own.open('both.yaml')
    await own.finds('both.yaml', CONFLICT)
    expect(own.codes('b.yaml')).not.toContain(CONFLICT)
    await own.close('both.yaml')
    await own.loses('both.yaml', CONFLICT)
  })

  it('chooses an environment', async () => {
    const files = {
      '.vipctl.yaml': 'environments:\n  staging:\n    inputs: staging\n  prod:\n    inputs: prod\n',
      'staging/a.yaml': A,
      'staging/b.yaml': B,
      'prod/a.yaml': A,
      'prod/b.yaml': B,
    }
    const own = await start({ files, settings: { environment: 'prod' } })
    await own.finds('prod/b.yaml', CONFLICT)
    await own.loses('staging/b.yaml', CONFLICT)
    own.settings = { environment: 'staging' }
    await own.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    await own.finds('staging/b.yaml', CONFLICT)
    await own.loses('prod/b.yaml', CONFLICT)
    own.settings = { environment: 'no-such' }
    await own.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    await own.until(() => own.shown.some((text) => text.includes('has no such environment')), 'a message')
  })

  it('checks all environments, and says where a finding is when it is not in all of them', async () => {
    const lost = 'no.example.com'
    const route = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: lost, namespace: shop}
spec:
  hosts: [${lost}]
  tcp:
  - route:
    - destination: {host: ${lost}}
`
    const files = {
      '.vipctl.yaml': 'environments:\n  staging:\n    inputs: [base, staging]\n  prod:\n    inputs: [base, prod]\n',
      'base/a.yaml': A,
      'base/route.yaml': route,
      'staging/b.yaml': B,
      'prod/c.yaml': entry({ name: 'c', namespace: 'shop', host: 'c.example.com' }).replaceAll('3306', '3307'),
    }
    const own = await start({ files, args: ['--env', 'all'] })
    const messages = (name: string) => (own.diagnostics(name) ?? []).map(({ message }) => message)
    await own.finds('staging/b.yaml', CONFLICT)
    await own.finds('base/route.yaml', 'destination-host-unknown')
    expect(messages('staging/b.yaml').join()).toMatch(/\(found in staging\)$/)
    expect(messages('base/route.yaml').join()).not.toContain('found in')
    const { stdout } = await vipctl('lint --env all -o json', { cwd: own.folder })
    const inLint = (JSON.parse(stdout) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule)
    expect(
      Object.keys(files)
        .flatMap((name) => own.codes(name))
        .sort(),
    ).toEqual(inLint.sort())

    const hover = await own.connection.sendRequest(HoverRequest.type, own.place('staging/b.yaml', 'b.example.com'))
    expect(JSON.stringify(hover?.contents)).toContain('environment `staging`')
    const params = { textDocument: { uri: own.uriOf('staging/b.yaml') }, context: { diagnostics: [] } }
    const [{ range } = { range: undefined }] = own.diagnostics('staging/b.yaml') ?? []
    const actions = await own.connection.sendRequest('textDocument/codeAction', { ...params, range })
    const titles = (actions as { title: string }[]).map(({ title }) => title)
    expect(titles[0]).toMatch(/\(proven in staging\)$/)

    await own.open('prod/c.yaml')
    await own.type('prod/c.yaml', '3307', '3306')
    await own.until(
      () => messages('prod/c.yaml').some((text) => String(text).endsWith('(found in prod)')),
      'the one of prod',
    )
    own.write('.vipctl.yaml', files['.vipctl.yaml'].replace('base, prod', 'no-such'))
    await own.watched(['.vipctl.yaml', FileChangeType.Changed])
    await own.finds('.vipctl.yaml', 'no-such does not exist')
    expect(own.codes('staging/b.yaml')).toEqual([CONFLICT])
  })

  it('checks documents without a file, each alone', async () => {
    const own = await start({ files: TWO })
    const uri = 'untitled:Untitled-1'
    const findings = () => own.published.findLast((each) => each.uri === uri)?.diagnostics.map(({ code }) => code)
    const textDocument = { uri, languageId: 'yaml', version: 1, text: `${A}---\n${B}` }
    await own.connection.sendNotification('textDocument/didOpen', { textDocument })
    await own.until(() => findings()?.includes(CONFLICT) === true, 'the finding')
    const position = { line: 7, character: 8 }
    const hover = await own.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position })
    expect(JSON.stringify(hover)).toContain('a.example.com')
    await own.connection.sendNotification('textDocument/didClose', { textDocument: { uri } })
    await own.until(() => findings()?.length === 0, 'no finding')
    expect(own.shown).toEqual([])
  })

  it('checks a new file outside of its folders, and takes its findings back under the same address', async () => {
    const own = await start({ files: { 'in/a.yaml': A }, params: { workspaceFolders: null, rootUri: null } })
    // Editors may write more characters as codes than others.
    const uri = own.uriOf('new.yaml').replace('new', 'n%65w')
    const findings = () => own.published.findLast((each) => each.uri === uri)?.diagnostics.map(({ code }) => code)
    const textDocument = { uri, languageId: 'yaml', version: 1, text: `${A}---\n${B}` }
    await own.connection.sendNotification('textDocument/didOpen', { textDocument })
    await own.until(() => findings()?.includes(CONFLICT) === true, 'the finding')
    await own.connection.sendNotification('textDocument/didClose', { textDocument: { uri } })
    await own.until(() => findings()?.length === 0, 'no finding')
    expect(own.shown).toEqual([])
  })

  it('follows a renamed file', async () => {
    const own = await start({ files: TWO })
    await own.open('b.yaml')
    await own.finds('b.yaml', CONFLICT)
    await own.close('b.yaml')
    renameSync(join(own.folder, 'b.yaml'), join(own.folder, 'z.yaml'))
    await own.open('z.yaml')
    await own.watched(['b.yaml', FileChangeType.Deleted], ['z.yaml', FileChangeType.Created])
    await own.finds('z.yaml', CONFLICT)
    await own.loses('b.yaml', CONFLICT)
  })
})
