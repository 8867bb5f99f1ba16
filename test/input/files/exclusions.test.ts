import { describe, expect, test } from 'vitest'
import { folderOf, vipctl } from '../../commands/cli.ts'

const SERVICE = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {ports: [{port: 80, name: http}]}\n`
const BROKEN = 'apiVersion: v1\nkind: Service\nmetadata: [\n'

/** Names of the Services that a command reads, and its messages. */
async function read(cwd: string, args: string) {
  const { stdout, stderr, code } = await vipctl(`snapshot -f . ${args} -o yaml`, { cwd })
  return { names: [...stdout.matchAll(/^ {2}name: (\S+)/gm)].map(([, name]) => name), stderr, code }
}

describe('what is left out', () => {
  test('--exclude leaves out files and folders, their errors too', async () => {
    const cwd = folderOf({ 'a.yaml': SERVICE('a'), 'old/b.yaml': BROKEN, 'c.tmp.yaml': BROKEN })
    expect((await read(cwd, '-R')).code).toBe(2)
    const { names, code, stderr } = await read(cwd, '-R --exclude old --exclude *.tmp.yaml')
    expect({ names, code, stderr }).toEqual({ names: ['a'], code: 0, stderr: '' })
  })

  test('a later pattern takes back what an earlier one leaves out, but not from inside a folder that is left out', async () => {
    const cwd = folderOf({ 'x/a.yaml': SERVICE('a'), 'x/b.yaml': SERVICE('b'), 'y/c.yaml': SERVICE('c') })
    expect((await read(cwd, '-R --exclude x/* --exclude !x/b.yaml')).names).toEqual(['b', 'c'])
    expect((await read(cwd, '-R --exclude x --exclude !x/b.yaml')).names).toEqual(['c'])
  })

  test('patterns with a slash start at the working directory, others hold at any depth', async () => {
    const cwd = folderOf({ 'gen/a.yaml': SERVICE('a'), 'sub/gen/b.yaml': SERVICE('b'), 'Gen/c.yaml': SERVICE('c') })
    expect((await read(cwd, '-R --exclude /gen')).names).toEqual(['c', 'b'])
    expect((await read(cwd, '-R --exclude gen')).names).toEqual(['c'])
  })

  test('a folder above that is called like a pattern does not leave out everything', async () => {
    const cwd = `${folderOf({ 'gen/repo/a.yaml': SERVICE('a') })}/gen/repo`
    expect((await read(cwd, '-R --exclude gen')).names).toEqual(['a'])
  })

  test('.gitignore counts for what -R finds, with those above and below, and not for what is named', async () => {
    const cwd = folderOf({
      '.git/HEAD': '',
      '.gitignore': '# built\ndist/\n*.local.yaml\n',
      'dist/a.yaml': SERVICE('a'),
      'b.local.yaml': SERVICE('b'),
      'sub/.gitignore': '!keep.local.yaml\n/only-here.yaml\n',
      'sub/keep.local.yaml': SERVICE('keep'),
      'sub/only-here.yaml': SERVICE('here'),
      'sub/deep/only-here.yaml': SERVICE('deep'),
    })
    expect((await read(cwd, '-R')).names).toEqual(['deep', 'keep'])
    expect((await read(cwd, '-R --no-gitignore')).names).toHaveLength(5)
    expect((await read(`${cwd}/sub`, '-R')).names).toEqual(['deep', 'keep'])
    expect((await read(`${cwd}/dist`, '-R')).names).toEqual(['a'])
    expect((await vipctl('lint dist/a.yaml', { cwd })).stdout).toContain('1 object in 1 file')
  })

  test('.vipctlignore overrides .gitignore, holds for named files, and --exclude overrides both', async () => {
    const cwd = folderOf({
      '.git/HEAD': '',
      '.gitignore': 'dist/\n',
      '.vipctlignore': '!dist/\nsecret.yaml\n',
      'dist/a.yaml': SERVICE('a'),
      'secret.yaml': SERVICE('s'),
    })
    expect((await read(cwd, '-R')).names).toEqual(['a'])
    expect((await read(cwd, '-R --exclude !secret.yaml --exclude dist')).names).toEqual(['s'])
    const named = await vipctl('lint secret.yaml', { cwd })
    expect(named.stderr).toContain('note: secret.yaml: left out: an exclusion matches it')
  })

  test('a pattern that matches nothing is a note', async () => {
    const cwd = folderOf({ 'a.yaml': SERVICE('a'), '.vipctl.yaml': 'exclude: [vendor/, a.yml]\ninputs: .\n' })
    expect((await read(cwd, '-R --exclude nope')).stderr).toBe(
      'note: --exclude: the exclusion "nope" matches nothing\n',
    )
    const { stderr } = await vipctl('lint', { cwd })
    expect(stderr).toContain('note: .vipctl.yaml: the exclusion "vendor/" matches nothing')
    expect(stderr).toContain('note: .vipctl.yaml: the exclusion "a.yml" matches nothing')
  })

  test('the configuration holds for files of the command line, as a pre-commit hook names them', async () => {
    const cwd = folderOf({ 'legacy/a.yaml': BROKEN, 'b.yaml': SERVICE('b'), '.vipctl.yaml': 'exclude: legacy/\n' })
    const { code, stdout } = await vipctl('lint legacy/a.yaml b.yaml', { cwd })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 object in 1 file') })
  })
})
