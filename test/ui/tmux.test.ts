/** `vipctl ui` in a real terminal. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { PROGRAM } from '../support/program.ts'

const isPossible = spawnSync('tmux', ['-V']).status === 0
const [program, ...first] = PROGRAM
const COMMAND = PROGRAM.join(' ')
/** A machine with a single slow core runs these too. */
const PATIENCE = 30_000

class Tmux {
  readonly folder = mkdtempSync(join(tmpdir(), 'vipctl-tmux-'))

  constructor(columns: number, rows: number) {
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), "PS1='$ ' sh")
  }

  #tmux(...args: readonly string[]): string {
    const env = { PATH: process.env.PATH, TMUX_TMPDIR: this.folder, HOME: this.folder, TERM: 'xterm', EDITOR: 'false' }
    return execFileSync('tmux', ['-L', 'test', ...args], { encoding: 'utf8', env, cwd: this.folder })
  }

  keys(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys)
  }

  run(command: string): void {
    this.keys('-l', command)
    this.keys('Enter')
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  screen(...options: readonly string[]): string {
    return this.#tmux('capture-pane', '-p', ...options)
  }

  /** The screen once it has a text and is not being drawn. */
  async until(text: string | RegExp): Promise<string> {
    const start = Date.now()
    let before = ''
    for (;;) {
      const screen = this.screen()
      const has = typeof text === 'string' ? screen.includes(text) : text.test(screen)
      if (has && screen === before) return screen
      before = screen
      if (Date.now() - start > PATIENCE) throw new Error(`no ${text} on the screen:\n${screen}`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  /** The process of the program that runs in the terminal. */
  pid(): number {
    const shell = this.#tmux('display-message', '-p', '#{pane_pid}').trim()
    return Number(execFileSync('pgrep', ['-P', shell], { encoding: 'utf8' }).split('\n')[0])
  }

  /** Whether the second screen is in use, and whether the cursor shows. */
  state(): string {
    return this.#tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}').trim()
  }

  end(): void {
    spawnSync('tmux', ['-L', 'test', 'kill-server'], { env: { PATH: process.env.PATH, TMUX_TMPDIR: this.folder } })
    rmSync(this.folder, { recursive: true, force: true })
  }
}

let tmux: Tmux

async function start(columns: number, rows: number, options = ''): Promise<Tmux> {
  tmux = new Tmux(columns, rows)
  copyFileSync('fixtures/quickstart/databases.yaml', join(tmux.folder, 'databases.yaml'))
  copyFileSync('fixtures/quickstart/mesh.yaml', join(tmux.folder, 'mesh.yaml'))
  await tmux.until('$')
  tmux.run(`${COMMAND} ui --istio-version 1.28 ${options} databases.yaml mesh.yaml`)
  await tmux.until(/orders\.db.*\n(.*\n)* as of/)
  return tmux
}

/** Without what differs from run to run. */
const stable = (screen: string): string => screen.replace(/\d\d:\d\d:\d\d/g, 'hh:mm:ss')

afterEach(() => tmux.end())

describe.skipIf(!isPossible).each([
  [80, 24],
  [160, 50],
])('the interface at %i columns and %i rows', { timeout: 5 * PATIENCE }, (columns, rows) => {
  it('shows lists, things, traces and answers', async () => {
    const terminal = await start(columns, rows)
    expect(stable(terminal.screen())).toMatchSnapshot('hosts')
    terminal.keys('Down', 'Enter')
    expect(stable(await terminal.until('from\n'))).toMatchSnapshot('a host')
    terminal.keys('t')
    expect(stable(await terminal.until('trace users.db'))).toMatchSnapshot('a trace')
    terminal.keys('Escape')
    await terminal.until('from\n')
    terminal.keys('d')
    await terminal.until('dig users.db')
    terminal.keys(':')
    terminal.keys('-l', 'listeners port:15001')
    terminal.keys('Enter')
    expect(stable(await terminal.until(/listeners \([1-9](.*\n)* as of/))).toMatchSnapshot('listeners')
    terminal.keys('q')
    await terminal.until(/^\$ ?$/m)
    expect(terminal.state()).toBe('0 1')
  })
})

describe.skipIf(!isPossible)('the interface', { timeout: 5 * PATIENCE }, () => {
  it('follows files, and keeps the last good state', async () => {
    const terminal = await start(100, 24)
    const path = join(terminal.folder, 'databases.yaml')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('users.db.example.com', 'people.db.example.com'))
    await terminal.until(/ \+ people\.db\.example\.com/)
    writeFileSync(path, `${text}---\nkind: [`)
    await terminal.until(/databases\.yaml:\d+:\d+: .*shown: as of/)
    expect(terminal.screen()).toContain('people.db.example.com')
    writeFileSync(path, text)
    await terminal.until(/ \+ users\.db\.example\.com/)
  })

  it('follows the size of the terminal', async () => {
    const terminal = await start(80, 24)
    terminal.resize(120, 10)
    const wide = await terminal.until(/c copy/)
    expect(wide.split('\n')).toHaveLength(11)
    terminal.resize(40, 8)
    await terminal.until(/^ hosts \(5\)\n +HOST.*\n/)
  })

  it.each([
    ['by a key', (terminal: Tmux) => terminal.keys('C-z')],
    ['by another program', (terminal: Tmux) => process.kill(terminal.pid(), 'SIGTSTP')],
  ])('gives the terminal back when it is suspended %s, and takes it again', async (_, suspend) => {
    const terminal = await start(80, 24)
    suspend(terminal)
    await terminal.until(/^\$ ?$/m)
    expect(terminal.state()).toBe('0 1')
    terminal.run('fg')
    await terminal.until(/orders\.db.*\n(.*\n)* as of/)
    expect(terminal.state()).toBe('1 0')
    terminal.keys('q')
    await terminal.until(/^\$ ?$/m)
  })

  it('gives the terminal to the editor, and takes it again', async () => {
    const terminal = await start(80, 24)
    terminal.keys('q')
    await terminal.until(/^\$ ?$/m)
    terminal.run(`export EDITOR='echo editing; sleep 1; echo >seen'; clear; ${COMMAND} ui databases.yaml`)
    await terminal.until(/orders\.db.*\n(.*\n)* as of/)
    terminal.keys('o')
    await terminal.until(/editing/)
    await terminal.until(/orders\.db.*\n(.*\n)* as of/)
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('gives the terminal back on %s', async (signal, code) => {
    const terminal = await start(80, 24)
    process.kill(terminal.pid(), signal)
    await terminal.until(/^\$ ?$/m)
    expect(terminal.state()).toBe('0 1')
    terminal.run('echo code $?')
    await terminal.until(`code ${code}`)
    // What is typed shows again.
    terminal.keys('-l', 'typed')
    await terminal.until('$ typed')
  })

  it('has no colour with NO_COLOR', async () => {
    const terminal = await start(80, 24, '--color never')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
    expect(terminal.screen('-e')).not.toMatch(/\u001b\[\d*3\d/)
    expect(terminal.screen()).toContain('>  orders.db')
  })
})

describe('without a terminal', () => {
  it('says so', () => {
    const { status, stderr } = spawnSync(program, [...first, 'ui', 'fixtures/quickstart'], { encoding: 'utf8' })
    expect(stderr).toContain('vipctl ui needs a terminal')
    expect(status).toBe(2)
  })
})
