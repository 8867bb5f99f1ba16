import { beforeAll, describe, expect, it } from 'vitest'
import { vipctl } from './cli.ts'

/** The names of all commands, as the program's help lists them. */
async function commandNames(): Promise<readonly string[]> {
  const { stdout } = await vipctl('--help')
  const [, list = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(stdout) ?? []
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name)
}

const linesOf = (text: string): readonly string[] => text.split('\n')
const longest = (text: string): number => Math.max(...linesOf(text).map((line) => line.length))

/** The words of a help, without what marks the lines of examples. */
const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '\\' && word !== '#')

let names: readonly string[]

beforeAll(async () => {
  names = await commandNames()
})

describe('the help of vipctl', () => {
  it('is printed to stdout when nothing is asked for', async () => {
    const { code, stdout, stderr } = await vipctl([])
    expect(stdout).toMatch(/^Usage: vipctl COMMAND \[options\]\n/)
    expect(stdout).toMatch(/^ {2}nametable, nds {2,}print the name table of a proxy$/m)
    expect(stdout).toMatch(/^ {2}gateways, gateway, gw /m)
    expect(stdout).toContain('"vipctl options"')
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('has its examples before its commands', async () => {
    const { stdout } = await vipctl('--help')
    expect(stdout.indexOf('\nExamples:\n')).toBeGreaterThan(0)
    expect(stdout.indexOf('\nExamples:\n')).toBeLessThan(stdout.indexOf('\nCommands:\n'))
  })
})

describe('the help of every command', () => {
  it('fits 80 columns, breaks no word, and shows examples before options', async () => {
    expect(names).toContain('completion')
    for (const name of [...names, '']) {
      const words = name === '' ? ['--help'] : [name, '--help']
      const [narrow, usual, wide] = await Promise.all([60, 80, 200].map((columns) => vipctl(words, { columns })))
      expect(narrow?.code, name).toBe(0)
      expect(longest(usual?.stdout ?? ''), name).toBeLessThanOrEqual(80)
      expect(wordsOf(narrow?.stdout ?? ''), name).toEqual(wordsOf(wide?.stdout ?? ''))
      expect(wordsOf(usual?.stdout ?? ''), name).toEqual(wordsOf(wide?.stdout ?? ''))
      expect(usual?.stdout, name).toMatch(/^Examples:\n {2}# .+\n(?: {2}# .+\n)* {2}.*(?:vipctl|kubectl) /m)
      const options = (usual?.stdout ?? '').search(/^(?:.* options|Options.*):$/m)
      if (options >= 0) expect((usual?.stdout ?? '').indexOf('Examples:'), name).toBeLessThan(options)
    }
  })

  it('names the options that most commands share in a few lines, and no others', async () => {
    const { stdout } = await vipctl('nametable --help')
    expect(stdout).toContain('"vipctl options" describes them')
    expect(stdout).toMatch(/^ {2}input {4}-f, -R, --exclude, /m)
    expect(stdout).toMatch(/^ {2}proxy {4}--proxy, --node, --meta$/m)
    expect(stdout).not.toContain('--filename')
    expect((await vipctl('proxies --help')).stdout).not.toContain('--node')
  })

  it('is the same for `help COMMAND`, and for its other names', async () => {
    expect((await vipctl('help dig')).stdout).toBe((await vipctl('dig --help')).stdout)
    expect((await vipctl('help gw')).stdout).toBe((await vipctl('gateways -h')).stdout)
    expect((await vipctl('help')).stdout).toBe((await vipctl('--help')).stdout)
  })

  it.each(['proxy-config listeners', 'pc l', 'graph conflicts', 'completion bash'])(
    'is the same for `help` with what the command shows: %s',
    async (words) => {
      const { code, stdout, stderr } = await vipctl(`help ${words}`)
      expect(stdout).toBe((await vipctl(`${words} --help`)).stdout)
      expect(stdout).toMatch(/^Usage: vipctl (?:proxy-config|graph|completion)/)
      expect([code, stderr]).toEqual([0, ''])
    },
  )
})

describe('vipctl options', () => {
  it('describes each shared option once, and that lint reads a cluster only on request', async () => {
    const { code, stdout } = await vipctl('options', { columns: 80 })
    expect(code).toBe(0)
    expect(longest(stdout)).toBeLessThanOrEqual(80)
    for (const flag of ['-f, --filename', '--kubeconfig', '--istio-version', '--proxy <', '--color']) {
      expect(stdout.split(flag).length, flag).toBe(2)
    }
    expect(stdout).toMatch(
      /^Cluster options:\n {2}Without -f, vipctl reads the current cluster\. lint reads it only with/m,
    )
  })

  it('is where every shared option of a command is described', async () => {
    const { stdout } = await vipctl('options')
    const described = wordsOf(stdout).map((word) => word.replace(/,$/, ''))
    const help = (await vipctl('pc --help')).stdout
    const [, shared = ''] = /describes them\):\n([\s\S]*)$/.exec(help) ?? []
    const flags = [...shared.matchAll(/(?<=[ ,])-{1,2}[A-Za-z-]+/g)].map(([flag]) => flag)
    expect(flags.length).toBeGreaterThan(15)
    for (const flag of flags) expect(described).toContain(flag)
  })
})

describe('mistakes', () => {
  it('in the number of arguments get a hint', async () => {
    expect((await vipctl('pc')).stderr).toBe(
      "error: missing required argument 'view'\n  hint: --help describes the arguments\n",
    )
  })

  it('in the name of a command get the nearest one', async () => {
    const { code, stdout, stderr } = await vipctl('help nametabel')
    expect(stderr).toBe('error: "nametabel" is not a command\n  hint: did you mean nametable?\n')
    expect(stdout).toBe('')
    expect(code).toBe(2)
    expect((await vipctl('help xyzxyz')).stderr).toContain('hint: vipctl --help lists the commands')
  })

  it('made out of habit with kubectl get a hint', async () => {
    for (const line of ['-v', 'dig x -v=6', 'nametable -v 6']) {
      const { code, stderr } = await vipctl(line)
      expect(stderr).toMatch(
        /^error: unknown option '-v.*'\n {2}hint: --verbose prints every warning, -V the version\n$/,
      )
      expect(code).toBe(2)
    }
    const { code, stderr } = await vipctl('lint -k fixtures/quickstart', { env: { HOME: '/nonexistent' } })
    expect(stderr).toContain('-k: there is no cluster to apply the files to')
    expect(stderr).toContain('kubectl kustomize FOLDER | vipctl COMMAND -f -')
    expect(code).toBe(2)
  })

  it('in a list of fixes get all that is allowed', async () => {
    const { code, stderr } = await vipctl('conflicts --fix foo')
    expect(stderr).toContain('Allowed are addresses, dns-capture, port, merge, export-to, none.')
    expect(code).toBe(2)
    expect((await vipctl('conflicts --fix port,none')).stderr).toContain('"none" excludes other kinds.')
  })
})
