/** What is in folders besides files and folders: pipes, sockets, devices, links, and names that are not UTF-8. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, told, vipctl } from '../../commands/cli.ts'

const SERVICE = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {ports: [{port: 80, name: http}]}\n`

const pipe = (...path: string[]) => execFileSync('mkfifo', [join(...path)])

/** Names of the Services that a command reads, and its messages. */
async function read(cwd: string, args: string) {
  const ran = await vipctl(`snapshot ${args} -o yaml`, { cwd })
  const names = [...ran.stdout.matchAll(/^ {2}name: (\S+)/gm)].map(([, name]) => name)
  return { names, messages: told(ran), code: ran.code }
}

describe('a folder', () => {
  it('is read without waiting for a named pipe, also one that is called like a file of kustomize, helm or git', async () => {
    const cwd = folderOf({ 'd/a.yaml': SERVICE('a') })
    mkdirSync(join(cwd, 'd/sub'))
    pipe(cwd, 'd/pipe.yaml')
    pipe(cwd, 'd/pipe.txt')
    symlinkSync('pipe.txt', join(cwd, 'd/to-pipe.json'))
    for (const name of ['kustomization.yaml', '.gitignore', '.vipctlignore', 'Chart.yaml']) pipe(cwd, 'd/sub', name)
    const { names, messages, code } = await read(cwd, '-f d -R')
    expect({ names, code }).toEqual({ names: ['a'], code: 0 })
    expect(messages).toContain('note: d/pipe.yaml: is a named pipe, which is passed over\n')
    expect(messages).toContain('note: d/to-pipe.json: is a named pipe, which is passed over\n')
    expect(messages).not.toContain('pipe.txt')
  })

  it('is read without devices and sockets', async () => {
    const cwd = folderOf({ 'd/a.yaml': SERVICE('a') })
    symlinkSync('/dev/zero', join(cwd, 'd/zero.yaml'))
    const server = createServer().listen(join(cwd, 'd/s.yaml'))
    try {
      await new Promise((resolve) => server.once('listening', resolve))
      const { names, messages } = await read(cwd, '-f d')
      expect(names).toEqual(['a'])
      expect(messages).toContain('note: d/s.yaml: is a socket, which is passed over\n')
      expect(messages).toContain('note: d/zero.yaml: is a device, which is passed over\n')
      expect((await read(cwd, '-f d/*.yaml')).messages).toContain('note: d/s.yaml: is a socket, which is passed over\n')
      const named = await read(cwd, '-f d/s.yaml')
      expect(named.code).toBe(2)
      expect(named.messages).toContain('error: d/s.yaml: cannot be read: it is a socket')
      expect(named.messages).not.toContain(cwd)
    } finally {
      server.close()
    }
  })

  it('that has only a named pipe has no manifests', async () => {
    const cwd = folderOf({})
    mkdirSync(join(cwd, 'd'))
    pipe(cwd, 'd/x.yaml')
    const { messages, code } = await read(cwd, '-f d')
    expect(code).toBe(2)
    expect(messages).toContain('error: d: holds no .yaml, .yml or .json files')
  })

  it('is read without the folders that links in it lead to, with -R and by patterns', async () => {
    const cwd = folderOf({ 'd/a.yaml': SERVICE('a'), 'other/b.yaml': SERVICE('b') })
    symlinkSync('../other', join(cwd, 'd/link'))
    symlinkSync('..', join(cwd, 'd/up'))
    symlinkSync('../other/b.yaml', join(cwd, 'd/c.yaml'))
    const { names, messages } = await read(cwd, '-f d -R')
    expect(names).toEqual(['a', 'b'])
    expect(messages).toContain('note: d/link: is a link to a folder, which is passed over\n')
    expect((await read(cwd, '-f d/**/*.yaml')).names).toEqual(['a', 'b'])
    expect((await read(cwd, '-f d/*/*.yaml')).code).toBe(2)
    // A name leads through a link.
    expect((await read(cwd, '-f d/link')).names).toEqual(['b'])
    expect((await read(cwd, '-f d/link/*.yaml')).names).toEqual(['b'])
    expect((await read(cwd, '-f d/[a]*.yaml -f d/up/d/a.yaml')).names).toEqual(['a'])
  })
})

describe('a named pipe', () => {
  it('is read when the command line names it', async () => {
    const cwd = folderOf({})
    pipe(cwd, 'pipe')
    spawn('sh', ['-c', 'printf %s "$TEXT" > pipe'], { cwd, env: { ...process.env, TEXT: SERVICE('piped') } })
    expect((await read(cwd, '-f pipe')).names).toEqual(['piped'])
  })
})

describe('a file whose name is not UTF-8', () => {
  const NAME = Buffer.from([0x78, 0xff, 0x2e, 0x79, 0x61, 0x6d, 0x6c])

  it('is read, in a folder with such a name too, and shown with the byte escaped', async () => {
    const cwd = folderOf({})
    const folder = Buffer.concat([Buffer.from(`${cwd}/`), Buffer.from([0xc3, 0x28])])
    mkdirSync(folder)
    writeFileSync(Buffer.concat([Buffer.from(`${cwd}/`), NAME]), SERVICE('top'))
    writeFileSync(Buffer.concat([folder, Buffer.from('/ä.yaml')]), SERVICE('below'))
    writeFileSync(Buffer.concat([folder, Buffer.from('/broken.yaml')]), 'apiVersion: v1\nkind: Service\nmetadata: [')
    const { names, messages } = await read(cwd, '-f . -R')
    expect(names.sort()).toEqual(['below', 'top'])
    expect(messages).toContain('\\xc3(/broken.yaml:3:')
    expect((await read(cwd, '-f x*.yaml')).names).toEqual(['top'])
  })

  it('counts as the same file in an earlier commit', async () => {
    const cwd = folderOf({})
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd })
    git('init', '-q')
    const twice = `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a, namespace: b}\nspec: {hosts: [a b], ports: [], resolution: DNS}\n`
    writeFileSync(Buffer.concat([Buffer.from(`${cwd}/`), NAME]), twice)
    git('add', '-A')
    git('commit', '-qm', 'first')
    const { stdout } = await vipctl('lint . --changed-since HEAD -o json', { cwd })
    expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toEqual([])
    expect((await vipctl('lint . -o json', { cwd })).code).toBe(1)
  })
})

describe('a pattern of the command line', () => {
  it('is answered in time, whatever the names are', async () => {
    const name = `${'a'.repeat(120)}.yaml`
    const cwd = folderOf({ [`d/${name}`]: SERVICE('a'), '.gitignore': `${'*a'.repeat(30)}b\n` })
    const { code, messages } = await read(cwd, `-f d/${'*a'.repeat(30)}b.yaml`)
    expect(code).toBe(2)
    expect(messages).toContain('matches no file')
    expect((await read(cwd, `-f . -R --exclude ${'*a'.repeat(30)}b`)).names).toEqual(['a'])
    const many = await read(cwd, `-f d/${'{a,b}'.repeat(12)}.yaml`)
    expect(many.messages).toContain('more than 1000 alternatives')
  })
})
