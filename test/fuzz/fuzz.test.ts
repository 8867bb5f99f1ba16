import { describe, expect, it } from 'vitest'
import { commands } from '../../src/commands/list.ts'
import { checkInput, runInChild } from './check.ts'
import { type CommandLine, FILES } from './commands.ts'
import { readCorpus } from './corpus.ts'
import { type FuzzInput, inputOf } from './input.ts'

const corpus = readCorpus()

/** An object that one namespace does not export, so its view differs. */
const EXPORTS = new Map([['own', ['.']]])

/** `.ci/run` goes on from here with `npm run fuzz`. */
const SEEDS = 25
const GROUP = 25
const starts = Array.from({ length: SEEDS / GROUP }, (_, index) => 1 + index * GROUP)

describe('hostile input', () => {
  it('goes to every command', () => {
    const tried = new Set<string | undefined>()
    for (let seed = 1; seed <= 300; seed++) for (const { argv } of inputOf(seed, corpus).commands) tried.add(argv[0])
    const ignored = (): never => expect.unreachable()
    expect(commands.map((make) => make(ignored).name()).filter((name) => !tried.has(name))).toEqual([])
  })

  it.each(starts)('is answered or refused, seeds from %i', async (start) => {
    let answered = 0
    for (let seed = start; seed < start + GROUP; seed++) {
      const checked = await checkInput(inputOf(seed, corpus))
      expect(checked.failures).toEqual([])
      if (checked.answered) answered++
    }
    // An input that is refused as a whole tests little.
    expect(answered).toBeGreaterThan(GROUP / 2)
  })

  it.each([
    ['a control character', { code: 0, stdout: '\u001b[2J', stderr: '' }],
    ['output that is not JSON', { code: 0, stdout: '{', stderr: '' }],
    ['an internal error', { code: 2, stdout: '', stderr: 'vipctl: internal error: x\n' }],
    ['a stack', { code: 2, stdout: '', stderr: 'x\n    at f (file:///a/b.js:1:2)\n' }],
    ['another exit code', { code: 7, stdout: '', stderr: 'x\n' }],
    ['an error without a message', { code: 2, stdout: '', stderr: '' }],
  ])('is not passed over when it gives %s', async (_, ran) => {
    expect(
      (await checkInput(inputOf(1, corpus), async () => ({ ...ran, length: ran.stdout.length }))).failures,
    ).not.toEqual([])
  })

  it('is not passed over when it gives different answers', async () => {
    let calls = 0
    const runner = async () => ({ code: 0, stdout: `"${calls++}"\n`, length: 4, stderr: '' })
    const { failures } = await checkInput(inputOf(1, corpus), runner)
    expect(failures).toContainEqual(expect.objectContaining({ problem: expect.stringMatching(/^differs/) }))
  })

  it('is linted in time when an entry has a host thousands of times', async () => {
    const entry = (name: string, hosts: readonly string[]) =>
      JSON.stringify({
        apiVersion: 'networking.istio.io/v1',
        kind: 'ServiceEntry',
        metadata: { name, namespace: name },
        spec: {
          hosts,
          ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
          resolution: 'DNS',
          exportTo: EXPORTS.get(name),
        },
      })
    const mesh = [
      entry('many', Array(10_000).fill('many.example.com')),
      entry('one', ['one.example.com']),
      entry('own', ['own.example.com']),
    ]
    const lint: CommandLine = { argv: ['lint', '-o', 'json'], about: 'mesh' }
    const input: FuzzInput = {
      seed: 0,
      files: new Map([[FILES.manifests, mesh.join('\n---\n')]]),
      inputs: ['-f', FILES.manifests],
      mesh: [],
      proxy: [],
      commands: [],
      twice: lint,
      trials: [],
      shuffled: undefined,
    }
    expect((await checkInput(input)).failures).toEqual([])
  })

  it('is answered or refused by the program itself', async () => {
    expect((await checkInput(inputOf(SEEDS + 1, corpus), runInChild)).failures).toEqual([])
  })
})
