import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DidChangeWorkspaceFoldersNotification } from 'vscode-languageserver-protocol/node'
import { entry } from '../commands/cli.ts'
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
})
