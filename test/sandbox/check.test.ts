/** Requests to every listener and route, through a real Envoy and by trace. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isPossible, vipctl } from './sandbox.ts'

const CONFORMANCE = fileURLToPath(new URL('../../fixtures/conformance/', import.meta.url))

interface Answer {
  readonly targets: readonly { readonly target: string; readonly got: string; readonly difference?: string }[]
}

async function checked(name: string): Promise<Answer> {
  const files = ['-f', `${CONFORMANCE}${name}/input.yaml`, '--assume', 'none', '--istio-version', 'master']
  const { stdout } = await vipctl('.', ['-q', ...files, '--check', '-o', 'json'])
  return JSON.parse(stdout) as Answer
}

describe.skipIf(!isPossible)('--check', () => {
  // TLS modes, server names, wildcards and gateways; routes with conditions, redirects and faults; servers that send first.
  it.each([
    ['dr-tls', 9],
    ['validation', 11],
    ['vs-match', 10],
    ['mc-entry-to-gateway', 5],
    ['tcp-auto-protocol', 16],
  ])('finds that every request of %s goes where its trace says', async (name, count) => {
    const { targets } = await checked(name)
    expect(targets).toHaveLength(count)
    expect(targets.filter(({ difference }) => difference !== undefined)).toEqual([])
  })

  it('prints a table', async () => {
    const ran = await vipctl('01-life-of-a-request', ['-q', '-f', '.', '--proxy', 'client', '--check'])
    expect(ran.code).toBe(0)
    expect(ran.stdout.split('\n').slice(0, 2)).toEqual([
      '# sidecar of Pod default/client, DNS capture on',
      expect.stringMatching(/^TARGET +TRACE +ENVOY +RESULT$/),
    ])
    expect(ran.stdout).toMatch(/^http:\/\/web\.default\.svc\.cluster\.local:80\/ .* the same +ok$/m)
  })

  it('takes no command', async () => {
    expect(await vipctl('.', ['--check', '--', 'true'])).toMatchObject({
      code: 2,
      stderr: 'error: --check sends requests by itself: give no command with it\n',
    })
  })
})
