/** Manifests that programs make, in an editor. */
import { describe, expect, it } from 'vitest'
import { FileChangeType } from 'vscode-languageserver-protocol'
import { start } from './client.ts'

const entry = (name: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata:\n  name: ${name}\n  namespace: shop\nspec:\n  hosts:\n  - ${name}.example.com\n  ports:\n  - number: 3306\n    name: tcp\n    protocol: TCP\n  resolution: DNS\n`

const FILES = {
  '.vipctl.yaml': 'inputs: mesh\nrender:\n- command: [cat, made.txt]\n',
  'mesh/a.yaml': entry('a'),
  'made.txt': entry('b'),
}

const CONFLICT = 'tcp-port-conflict'

describe('rendered inputs', () => {
  it('are not rendered without permission, which a warning says at the entry, and the rest is checked', async () => {
    const files = { ...FILES, 'mesh/c.yaml': entry('c') }
    const own = await start({ files })
    await own.finds('mesh/c.yaml', CONFLICT)
    await own.finds('.vipctl.yaml', 'not run without permission')
    const [warning] = own.diagnostics('.vipctl.yaml') ?? []
    expect(warning).toMatchObject({
      message: 'not run without permission: cat made.txt',
      range: { start: { line: 2, character: 2 } },
    })
  })

  it('are a part of the mesh if the server was started with the permission, and have their findings at the entry', async () => {
    const own = await start({ files: FILES, args: ['--allow-render'] })
    await own.finds('.vipctl.yaml', CONFLICT)
    expect(own.codes('mesh/a.yaml')).not.toContain(CONFLICT)
    own.write('made.txt', entry('b').replace('3306', '3307'))
    await own.watched(['made.txt', FileChangeType.Changed])
    await own.loses('.vipctl.yaml', CONFLICT)
  })
})
