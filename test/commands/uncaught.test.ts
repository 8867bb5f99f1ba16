import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { PROGRAM } from '../support/program.ts'
import { ROOT } from './cli.ts'

/** Runs the program after a piece of code, as a library's callbacks run beside it. */
function runBeside(code: string) {
  const script = `import { main } from './src/cli.ts'; ${code}; process.argv.splice(1, 1, '', 'lint', '-'); await main()`
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
    input: 'a: b',
  })
}

describe('a reader that closes the pipe', () => {
  it.each([
    ['resolution: DNS', 0],
    ['resolution: DNSX', 1],
    ['resolution: [', 2],
  ])('leaves the exit code as it is: %s', (line, code) => {
    const entry = `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a, namespace: b}\nspec:\n  hosts: [a.com]\n  ports: [{number: 443, name: tls, protocol: TLS}]\n  ${line}\n`
    const script = `import { main } from './src/cli.ts'; process.argv.splice(1, 1, '', 'lint', '-', '-q', '-o', 'json'); await main()`
    const command = '"$0" --import tsx --input-type=module -e "$1" | true; exit $PIPESTATUS'
    const { status } = spawnSync('bash', ['-c', command, process.execPath, script], { cwd: ROOT, input: entry })
    expect(status).toBe(code)
  })
})

describe('a working directory that is gone', () => {
  it('is an error', () => {
    const script = 'cd "$(mktemp -d)" && rmdir "$PWD" && exec "$0" "$@"'
    const { status, stderr } = spawnSync('bash', ['-c', script, ...PROGRAM, 'lint'], { encoding: 'utf8' })
    expect(stderr).toBe(
      'error: the working directory does not exist any more\n  hint: change to a folder that exists\n',
    )
    expect(status).toBe(2)
  })
})

describe('an error outside of what the program waits for', () => {
  it.each([
    ['is thrown by a callback', `setTimeout(() => { throw new RangeError('Invalid string length') })`],
    ['rejects a promise', `void Promise.reject(new RangeError('Invalid string length'))`],
  ])('ends with 2 and one sentence when it %s', (_, code) => {
    const { status, stderr } = runBeside(code)
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'vipctl: internal error: Invalid string length\n' })
  })
})
