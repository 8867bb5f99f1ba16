/** Pages in docs/ that show commands with their output. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli.ts'
import type { Io } from '../../src/commands/io.ts'

const DOCS = fileURLToPath(new URL('../../docs/scenarios/', import.meta.url))
const FIXTURES = fileURLToPath(new URL('../../fixtures/scenarios/', import.meta.url))

const PROMPT = '$ vipctl '
const BLOCK = /(?<=^```console\n)[\s\S]*?(?=^```$)/gm
/** A picture after a comment with the command that draws it. */
const PICTURE = /^<!-- vipctl (.*) -->\n```mermaid\n[\s\S]*?^```$/gm
/** The exit code of a command that succeeded and found something. */
const FINDINGS = 1
const BANNER = /<<>> vipctl [^ ]+ <<>>/g

/** Names of the scenario pages, which are also those of their folders of manifests. */
export function pageNames(): readonly string[] {
  return readdirSync(DOCS)
    .filter((file) => /^\d\d-.*\.md$/.test(file))
    .map((file) => file.replace(/\.md$/, ''))
}

export function scenarioNames(): readonly string[] {
  return readdirSync(FIXTURES).filter((name) => !name.startsWith('.'))
}

export const pagePath = (name: string): string => `${DOCS}${name}.md`

export const readPage = (name: string): string => readFileSync(pagePath(name), 'utf8')

/** A command line's words; single quotes protect special characters. */
const words = (commandLine: string): readonly string[] =>
  (commandLine.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'))

/** What a terminal shows for a command: both streams, without colour. */
async function outputOf(commandLine: string, cwd: string): Promise<string> {
  let shown = ''
  const stream = {
    isTTY: false,
    columns: undefined,
    write: (text: string) => {
      shown += text
    },
  }
  const io: Io = { stdout: stream, stderr: stream, stdin: async () => Buffer.alloc(0), env: {}, cwd }
  const code = await run(words(commandLine), io)
  if (code > FINDINGS) throw new Error(`vipctl ${commandLine}: ${shown}`)
  return shown.replace(/\n*$/, '\n')
}

async function replay(block: string, cwd: string): Promise<string> {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '))
  const strange = commands.find((line) => !line.startsWith(PROMPT))
  if (strange !== undefined) throw new Error(`only vipctl can be replayed: ${strange}`)
  const shown: string[] = []
  for (const line of commands) shown.push(`${line}\n${await outputOf(line.slice(PROMPT.length), cwd)}`)
  return shown.join('\n')
}

/**
 * A page with the current output of its commands. The version in banners is kept, because every release has another.
 * @param cwd the folder to run the commands in
 */
export async function replayedText(page: string, cwd: string): Promise<string> {
  const [banner] = page.match(BANNER) ?? []
  const blocks = page.match(BLOCK) ?? []
  const outputs: string[] = []
  for (const block of blocks) outputs.push(await replay(block, cwd))
  const pictures: string[] = []
  for (const [, line = ''] of page.matchAll(PICTURE)) {
    pictures.push(`<!-- vipctl ${line} -->\n\`\`\`mermaid\n${await outputOf(line, cwd)}\`\`\``)
  }
  const text = page.replace(BLOCK, () => outputs.shift() ?? '').replace(PICTURE, () => pictures.shift() ?? '')
  return banner === undefined ? text : text.replace(BANNER, banner)
}

/** The page of a scenario, whose commands run in its folder of manifests. */
export const replayed = (name: string): Promise<string> => replayedText(readPage(name), FIXTURES + name)
