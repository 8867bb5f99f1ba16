import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { pagerOf, runPager } from '../../src/commands/pager.ts'
import { invocation } from '../../src/invoked.ts'
import { CAPTURE, documents, entry, folderOf, vipctl } from './cli.ts'

/** Runs the program as the plugin of kubectl. */
async function asPlugin(
  argv: readonly string[],
  page?: (text: string) => Promise<boolean>,
): Promise<{ code: number; stdout: string }> {
  let stdout = ''
  const write = (text: string): void => {
    stdout += text
  }
  const silent = { isTTY: false, columns: undefined, write: () => undefined }
  const io = { stdin: async () => Buffer.alloc(0), env: {}, cwd: process.cwd(), stderr: silent, ...(page && { page }) }
  const code = await run(argv, { ...io, stdout: { ...silent, write }, calledAs: 'kubectl vipctl' })
  return { code, stdout }
}

const complete = async (...words: readonly string[]): Promise<string[]> =>
  (await vipctl(['__complete', ...words])).stdout.trimEnd().split('\n')

const WORKLOAD = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
`

describe('the plugin of kubectl', () => {
  it.each([
    ['/usr/bin/kubectl-vipctl', 'kubectl vipctl', ['dig', 'x']],
    ['C:/bin/kubectl-vipctl.exe', 'kubectl vipctl', ['dig', 'x']],
    ['/usr/bin/vipctl', 'vipctl', ['dig', 'x']],
    ['/usr/bin/kubectl_complete-vipctl', 'kubectl vipctl', ['__complete', 'dig', 'x']],
  ])('is the program under another name: %s', (path, calledAs, argv) => {
    expect(invocation(['/usr/bin/node', path, 'dig', 'x'])).toEqual({ calledAs, argv })
  })

  it('prints command lines as they are typed', async () => {
    for (const argv of [[], ['dig', '--help'], ['options'], ['help', 'lint']]) {
      const { code, stdout } = await asPlugin(argv)
      expect(stdout).toContain('kubectl vipctl')
      expect(stdout.replace(/\s+/g, ' ')).not.toMatch(/(?<!kubectl )\bvipctl (?:dig|lint|pc|options|COMMAND)\b/)
      expect(code).toBe(0)
    }
  })
})

describe('completion for kubectl', () => {
  it('offers commands, options and operands', async () => {
    expect(await complete('name')).toEqual(['nametable\tprint the name table of a proxy', ':4'])
    expect(await complete('dig', '--sho')).toEqual(['--short\tonly the data of the records, like +short', ':4'])
    expect(await complete('pc', 'rou')).toEqual(['routes', ':4'])
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish', ':4'])
  })

  it('offers the values of options', async () => {
    expect(await complete('lint', '-o', 'sar')).toEqual(['sarif', ':4'])
    expect(await complete('lint', '--output=sar')).toEqual(['--output=sarif', ':4'])
    expect(await complete('lint', '--explain', 'tcp-port-c')).toEqual(['tcp-port-conflict', ':4'])
  })

  it('leaves files to the shell', async () => {
    expect(await complete('dig', '-f', '')).toEqual([':0'])
    expect(await complete('lint', 'mani')).toEqual([':0'])
  })

  it('offers proxies and namespaces of the input on the command line', async () => {
    const folder = folderOf({ 'mesh.yaml': documents(CAPTURE, entry({ namespace: 'shop' }), WORKLOAD) })
    expect(await complete('dig', '-f', folder, '--proxy', 'dep')).toEqual(['deployment/web.shop', ':4'])
    expect(await complete('dig', `--filename=${folder}`, '-n', '')).toEqual(expect.arrayContaining(['shop', ':4']))
  })
})

describe('the pager', () => {
  it.each([
    [{}, 'linux', 'less -R'],
    [{ PAGER: 'more' }, 'linux', 'more'],
    [{ PAGER: 'more', VIPCTL_PAGER: 'bat -p' }, 'linux', 'bat -p'],
    [{ PAGER: '' }, 'linux', undefined],
    [{ PAGER: 'cat' }, 'linux', undefined],
    [{ TERM: 'dumb' }, 'linux', undefined],
    [{}, 'win32', undefined],
  ])('is chosen by the environment: %j on %s', (env, platform, expected) => {
    expect(pagerOf(env, platform)).toBe(expected)
  })

  it('gets what help prints, which is printed if it cannot be started', async () => {
    const shown: string[] = []
    const { stdout } = await asPlugin(['help', 'dig'], async (text) => shown.push(text) > 0)
    expect(stdout).toBe('')
    expect(shown.join('')).toMatch(/^Usage: kubectl vipctl dig/)
    expect((await asPlugin(['help', 'dig'], async () => false)).stdout).toMatch(/^Usage: kubectl vipctl dig/)
  })

  it.skipIf(process.platform === 'win32')('is run by a shell, and may end early', async () => {
    const long = 'a line\n'.repeat(100_000)
    expect(await runPager('head -n 1 > /dev/null', long, process.env)).toBe(true)
    expect(await runPager('no-such-pager 2> /dev/null', long, process.env)).toBe(false)
  })
})
