/**
 * Stores the code that V8 compiles when the built program runs common commands, beside the program. usage:
 * node bin/compile-ahead.cjs FOLDER, with the folder of the built files. src/start.ts loads the result.
 */
const { mkdirSync, writeFileSync } = require('node:fs')
const { dirname, join, resolve } = require('node:path')
const { setFlagsFromString } = require('node:v8')

const ROOT = join(__dirname, '..')

/** What a run of these needs is compiled ahead; V8 compiles the rest when it is called. */
const COMMANDS = [
  'dig orders.db.example.com -f fixtures/quickstart',
  'lint fixtures/quickstart',
  'lint -R fixtures/lint',
]

/** The exit code of a run that found something, which is not a failure. */
const FINDINGS = 1

const discard = { isTTY: false, columns: undefined, write: () => undefined }
const io = {
  stdout: discard,
  stderr: discard,
  stdin: async () => Buffer.alloc(0),
  env: {},
  cwd: ROOT,
}

async function main([folder]) {
  const { COMPILED, codeIn, filesWith, programOf, startSmall } = require(resolve(folder, 'start.cjs'))
  startSmall()
  // V8 drops the code of functions that have not run for a while.
  setFlagsFromString('--no-flush-bytecode')
  const scripts = new Map()
  const { run } = programOf(filesWith(undefined, (file, script) => scripts.set(file, script)))
  for (const command of ['--version', ...COMMANDS]) {
    const code = await run(command.split(' '), io)
    if (code > FINDINGS) throw new Error(`vipctl ${command} ended with ${code}`)
  }
  setFlagsFromString('--flush-bytecode')
  for (const [file, script] of scripts) {
    const path = codeIn(COMPILED, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, script.createCachedData())
  }
}

main(process.argv.slice(2))
