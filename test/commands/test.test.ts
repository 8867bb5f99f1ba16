import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run as runProgram } from '../../src/cli.ts'
import { CAPTURE, documents, entry, folderOf, ROOT, vipctl } from './cli.ts'

const MESH = documents(CAPTURE, entry())

const suite = (tests: string) => `inputs: [mesh.yaml]\ntests:\n${tests}`

function run(tests: string, ...args: readonly string[]) {
  const cwd = folderOf({ 'mesh.yaml': MESH, 'a.vipctl-test.yaml': suite(tests) })
  return vipctl(['test', '-q', ...args], { cwd })
}

const test = (request: string, expectations: string, more = '') =>
  `- name: it\n  request: {${request}}\n  expect: {${expectations}}\n${more}`

const ofWeb = (expectations: string) => test('url: "http://a.b/"', expectations)

const RIGHT = test('tcp: "db.example.com:3306"', 'outcome: reached, resolves: 240.240.0.1, tls: none')
const WRONG = test('tcp: "db.example.com:3306"', 'outcome: refused, cluster: other')

describe('a suite', () => {
  it('is found below the working directory, and passes', async () => {
    const { stdout, code } = await run(RIGHT)
    expect(stdout).toBe('a.vipctl-test.yaml\n  ok it\n\n1 passed, 0 failed, 0 skipped\n')
    expect(code).toBe(0)
  })

  it('prints what was expected, what came, and the steps', async () => {
    const { stdout, code } = await run(WRONG)
    expect(stdout).toContain('FAILED it (a.vipctl-test.yaml:3)\n      outcome: expected refused, got reached\n')
    expect(stdout).toContain('      cluster: expected other, got outbound|3306||db.example.com\n')
    expect(stdout).toContain('      1. dns: 240.240.0.1\n')
    expect(code).toBe(1)
  })

  it('asserts what a proxy chooses by name', async () => {
    const right = 'listener: 240.240.0.1_3306, text: "db.example.com:3306"'
    const passed = await run(test('tcp: "db.example.com:3306"', right))
    expect(passed.code).toBe(0)
    const { stdout } = await run(
      test(
        'url: "http://db.example.com:80/"',
        'filterChain: a, virtualHost: b, routeConfiguration: c, inbound: d, text: nowhere',
      ),
    )
    expect(stdout).toContain('      filter chain: expected a, got ')
    expect(stdout).toContain('      virtual host: expected b, got ')
    expect(stdout).toContain('      route configuration: expected c, got ')
    expect(stdout).toContain('      inbound: expected d, got none')
    expect(stdout).toContain('      text: expected nowhere, got ')
  })

  it('runs only some tests, and skips others', async () => {
    const only = await run(
      RIGHT + WRONG.replace('name: it', 'name: other') + test('dns: a.b', 'resolves: false', '  only: true\n'),
    )
    expect(only.stdout).toContain('1 passed, 0 failed, 2 skipped')
    const skipped = await run(test('dns: a.b', 'resolves: true', '  skip: not yet\n'))
    expect(skipped.stdout).toContain('skipped it (not yet)')
    expect(skipped.code).toBe(0)
  })

  it('asks a table of requests, and from several namespaces', async () => {
    const { stdout } = await run(`- name: all
  each: {namespaces: [one, two]}
  requests:
  - tcp: db.example.com:3306
  - {url: "http://db.example.com:3306/"}
  expect: {outcome: reached}
`)
    expect(stdout).toContain('  ok all: db.example.com:3306 from one\n')
    expect(stdout).toContain('4 passed, 0 failed, 0 skipped')
  })

  it.each([
    ['- name: it\n  requst: {}\n', 'there is no field "requst" here', 'did you mean request?'],
    [test('tcp: "a.b:1"', 'outcom: reached'), 'there is no field "outcom" here', 'did you mean outcome?'],
    [test('tcp: "a.b:1"', 'outcome: reachd'), '"reachd" is not a value of outcome', 'did you mean reached?'],
    [test('tcp: "a.b:1"', 'path: /x'), 'path can never hold: a TCP connection has no request', 'ask with url'],
    [
      test('dns: a.b', 'resolves: true, cluster: c'),
      'cluster can never hold: a name alone reaches no proxy',
      'url or tcp',
    ],
    [ofWeb('status: 99'), 'status can never hold: 99 is not a status of HTTP', '100 to 599'],
    [ofWeb('timeout: soon'), 'timeout can never hold: "soon" is not a duration', '500ms'],
    [ofWeb('path: x'), 'path can never hold: a path begins with a slash', '/x'],
    [ofWeb('resolves: x'), 'resolves can never hold: "x" is not an address', 'true or false'],
    [ofWeb('outcome: redirect, cluster: c'), 'the outcome redirect gets no cluster', 'one of the two'],
    [ofWeb('outcome: reached, status: 200'), 'status can never hold: no proxy answers', 'the two'],
    [ofWeb('outcome: reached, location: x'), 'location can never hold: only the outcome', 'the two'],
    [ofWeb('weights: {a: -1}'), 'weights can never hold: -1 is less than 0', ''],
    [test('tcp: "a.b:1", method: GET', 'outcome: reached'), 'method needs a request of HTTP', 'ask with url'],
    ['- just text\n', 'this must be a mapping', ''],
    [test('tcp: "a.b:1", dns: a.b', 'outcome: reached'), 'a request needs one of url, tcp and dns', 'tcp and dns'],
    [test('tcp: "a.b:1"', 'weights: {a: 80, b: 30}'), 'weights add up to 110', ''],
    [test('tcp: "a.b:1"', ''), 'a test expects something', 'outcome'],
    ['', 'a suite needs tests', 'list them under tests'],
  ])('that is wrong is named with its line: %j', async (tests, message, hint) => {
    const { stderr, code } = await run(tests)
    expect(stderr).toMatch(/a\.vipctl-test\.yaml:\d+:\d+: /)
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
    expect(code).toBe(2)
  })

  it('is not run where it is wrong, and the rest is', async () => {
    const { stdout, code } = await run(test('tcp: "db.example.com:3306"', 'outcome: reached, path: /') + RIGHT)
    expect(stdout).toContain('1 passed, 0 failed, 0 skipped')
    expect(code).toBe(2)
  })

  it('compares timeouts in any unit, and reads inputs by absolute paths', async () => {
    const folder = join(ROOT, 'fixtures/scenarios/14-traffic-management')
    const request = 'request: {url: "http://reviews:9080/"}\n  from: checkout.shop\n  expect: {timeout: 3000ms}\n'
    const cwd = folderOf({ 'a.vipctl-test.yaml': `inputs: [${folder}]\ntests:\n- ${request}` })
    expect((await vipctl(['test', '-q'], { cwd })).stdout).toContain('1 passed, 0 failed')
  })

  it('whose proxy or target cannot be fails there, and goes on', async () => {
    const { stdout, code } = await run(
      test('tcp: "db.example.com"', 'outcome: reached') +
        test('dns: a.b', 'resolves: true', '  from: nobody\n') +
        RIGHT,
    )
    expect(stdout).toContain('the port is missing')
    expect(stdout).toContain('no proxy "nobody"')
    expect(stdout).toContain('1 passed, 2 failed, 0 skipped')
    expect(code).toBe(1)
  })
})

describe('for programs', () => {
  it('is TAP, JUnit, annotations and JSON', async () => {
    const both = RIGHT + WRONG.replace('name: it', 'name: "no <it> # 2"')
    const tap = await run(both, '-o', 'tap')
    expect(tap.stdout).toMatch(
      /^TAP version 14\n1\.\.2\nok 1 - a\.vipctl-test\.yaml: it\nnot ok 2 - .*no <it> \\# 2\n {2}---\n/,
    )
    const junit = await run(both, '-o', 'junit')
    expect(junit.stdout).toContain(
      '<testsuite name="a.vipctl-test.yaml" tests="2" failures="1" errors="0" skipped="0" time="0">',
    )
    expect(junit.stdout).toContain('<testcase name="no &lt;it&gt; # 2"')
    const github = await run(both, '-o', 'github')
    expect(github.stdout).toMatch(
      /^::error file=a\.vipctl-test\.yaml,line=6,col=\d+,title=no <it> # 2::outcome: expected refused/,
    )
    const json = JSON.parse((await run(both, '-o', 'json')).stdout)
    expect(json).toMatchObject({
      counts: { passed: 1, failed: 1, skipped: 0 },
      tests: [
        { status: 'passed' },
        { status: 'failed', steps: [{ stage: 'dns' }, { stage: 'capture' }, {}, {}, {}, {}] },
      ],
    })
  })

  it('fails below the coverage that is asked for', async () => {
    const away = test('dns: a.b.c', 'resolves: false')
    const { stdout, code } = await run(away, '--min-coverage', '50')
    expect(stdout).toContain(
      'coverage: 0% of routes and ServiceEntries, less than 50%\n' +
        'NOT REACHED               SOURCE\nServiceEntry default/db   mesh.yaml:12\n',
    )
    expect(code).toBe(1)
    const tap = await run(away, '--min-coverage', '50', '-o', 'tap')
    expect(tap.stdout).toContain('1..2\n')
    expect(tap.stdout).toContain('not ok 2 - coverage: at least 50% of routes and ServiceEntries\n')
    expect(tap.stdout).toContain('"not reached: mesh.yaml:12:1 ServiceEntry default/db"')
    const json = JSON.parse((await run(away, '--min-coverage', '50', '-o', 'json')).stdout)
    expect(json.coverage).toMatchObject({ percent: 0, minimum: 50 })
    expect((await run(RIGHT, '--min-coverage', '100')).code).toBe(0)
  })
})

describe('a test of istio-config-validator', () => {
  const ROUTES = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: a}
spec:
  hosts: [a.example.com]
  http:
  - match: [{uri: {prefix: /old}}]
    redirect: {uri: /new, scheme: https, port: 8443, redirectCode: 308}
  - fault: {abort: {percentage: {value: 10}, httpStatus: 503}, delay: {fixedDelay: 500ms, percentage: {value: 20}}}
    headers: {request: {remove: [x-a]}, response: {add: {x-b: c}}}
    rewrite: {uriRegexRewrite: {match: ^/x, rewrite: /y}}
    route: [{destination: {host: a.a.svc.cluster.local, port: {number: 80}}}]
`

  async function mismatches(uri: string, wanted: string): Promise<readonly string[]> {
    const suite = `testCases:\n- wantMatch: true\n  request: {authority: [a.example.com], uri: [${uri}]}\n${wanted}`
    const cwd = folderOf({ 'routes.yaml': ROUTES, 'routes_test.yml': suite })
    const { stdout } = await vipctl(['test', '-q', 'routes_test.yml', '-f', 'routes.yaml', '-o', 'json'], { cwd })
    const [result] = JSON.parse(stdout).tests
    return (result.mismatches ?? []).map(({ what }: { readonly what: string }) => what)
  }

  it.each([
    ['/old', 'redirect: {uri: /new, scheme: https, port: 8443, redirectCode: 308}'],
    [
      '/x',
      'fault: {abort: {percentage: {value: 10}, httpStatus: 503}, delay: {fixedDelay: 0.5s, percentage: {value: 20}}}',
    ],
    ['/x', 'headers: {request: {remove: [X-A]}, response: {add: {x-b: c}}}'],
    ['/x', 'rewrite: {uriRegexRewrite: {match: ^/x, rewrite: /y}}'],
  ])('of %s holds with %s', async (uri, wanted) => {
    expect(await mismatches(uri, `  ${wanted}\n`)).toEqual([])
  })

  it.each([
    ['/old', 'redirect: {uri: /, scheme: http, port: 80, redirectCode: 301}', 4],
    [
      '/x',
      'fault: {abort: {percentage: {value: 11}, httpStatus: 500}, delay: {fixedDelay: 1s, percentage: {value: 21}}}',
      4,
    ],
    ['/old', 'fault: {abort: {httpStatus: 503}, delay: {fixedDelay: 1s}}', 4],
    ['/x', 'headers: {request: {remove: [x-z]}, response: {add: {x-b: d}}}', 2],
    ['/x', 'rewrite: {uriRegexRewrite: {match: ^/z, rewrite: /z}}', 2],
  ])('of %s fails with %s', async (uri, wanted, count) => {
    expect(await mismatches(uri, `  ${wanted}\n`)).toHaveLength(count)
  })
})

const PATIENCE = 20_000

/** `vipctl test --watch` in a folder. */
function watching(cwd: string, ...args: readonly string[]) {
  const texts = { stdout: '', stderr: '' }
  const streamOf = (name: keyof typeof texts) => ({
    isTTY: false,
    columns: undefined,
    write: (text: string) => {
      texts[name] += text
    },
  })
  let interrupt: () => void = () => undefined
  const ended = runProgram(['test', '-q', '--watch', ...args], {
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
    stdin: async () => Buffer.alloc(0),
    env: {},
    cwd,
    onInterrupt: (handler) => {
      interrupt = handler
      return () => undefined
    },
  })
  return {
    texts,
    async until(condition: () => boolean): Promise<void> {
      for (const end = Date.now() + PATIENCE; !condition(); ) {
        if (Date.now() > end) throw new Error(`not within ${PATIENCE} ms: ${condition} ${JSON.stringify(texts)}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    interrupt: () => {
      interrupt()
      return ended
    },
  }
}

describe.concurrent('--watch', () => {
  it('runs again after a change of the suite or of its inputs, and gets over what is wrong', async () => {
    const cwd = folderOf({ 'mesh.yaml': MESH, 'a.vipctl-test.yaml': suite(RIGHT) })
    const { texts, until, interrupt } = watching(cwd)
    await until(() => texts.stdout.includes('1 passed, 0 failed'))
    expect(texts.stdout).not.toMatch(/^# /m)
    // Different lengths, because the times of two changes may be equal.
    writeFileSync(join(cwd, 'mesh.yaml'), documents(CAPTURE, entry({ host: 'other.db.example.com' })))
    await until(() => texts.stdout.includes('0 passed, 1 failed'))
    expect(texts.stdout).toMatch(/\n\n# \d{4}-\d\d-\d\dT[\d:.]+Z\na\.vipctl-test\.yaml\n/)
    writeFileSync(join(cwd, 'a.vipctl-test.yaml'), suite(''))
    await until(() => texts.stderr.includes('a suite needs tests'))
    writeFileSync(join(cwd, 'mesh.yaml'), MESH)
    writeFileSync(join(cwd, 'a.vipctl-test.yaml'), suite(RIGHT + RIGHT))
    await until(() => texts.stdout.includes('2 passed, 0 failed'))
    expect(await interrupt()).toBe(0)
  })

  it('says that there are no suites, and no more', async () => {
    const { code, stderr } = await vipctl('test', { cwd: folderOf({ 'mesh.yaml': MESH }) })
    expect(stderr).toBe(
      'error: no suites: there is no **/*.vipctl-test.yaml here\n  hint: name files or folders of suites\n',
    )
    expect(code).toBe(2)
  })

  it('runs again after a change of the configuration', async () => {
    const cwd = folderOf({
      'mesh.yaml': MESH,
      'a.vipctl-test.yaml': suite(RIGHT),
      '.vipctl.yaml': 'istio: {version: "1.29"}\n',
    })
    const { texts, until, interrupt } = watching(cwd)
    await until(() => texts.stdout.includes('1 passed, 0 failed'))
    writeFileSync(join(cwd, '.vipctl.yaml'), 'istio: {version: "0.0.0"}\n')
    await until(() => texts.stderr.includes('error: .vipctl.yaml:1:18: istio.version: Istio 0.0.0 is older'))
    expect(texts.stdout.split('1 passed')).toHaveLength(2)
    writeFileSync(join(cwd, '.vipctl.yaml'), 'istio: {version: "1.30.1"}\n')
    await until(() => texts.stdout.split('1 passed').length > 2)
    await interrupt()
  })

  it('prints one line of JSON per run', async () => {
    const cwd = folderOf({ 'mesh.yaml': MESH, 'a.vipctl-test.yaml': suite(RIGHT) })
    const { texts, until, interrupt } = watching(cwd, '-o', 'json')
    await until(() => texts.stdout.endsWith('\n'))
    writeFileSync(join(cwd, 'b.vipctl-test.yaml'), suite(RIGHT))
    await until(() => texts.stdout.split('\n').length > 2)
    await interrupt()
    const runs = texts.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(runs).toMatchObject([
      { time: expect.any(String), counts: { passed: 1 } },
      { time: expect.any(String), counts: { passed: 2 } },
    ])
  })

  it('refuses clusters, and reports of one run', async () => {
    expect((await run(RIGHT, '-w', '-k')).stderr).toContain('--watch watches files, not a cluster')
    const junit = await run(RIGHT, '-w', '-o', 'junit')
    expect(junit.stderr).toContain('-o junit is a report of one run')
    expect(junit.code).toBe(2)
  })
})
