/** A repository with a chart, overlays, environments, CI files and secrets, in which ten faults are planted. */
import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, ROOT, vipctl } from '../cli.ts'

const MONOREPO = join(ROOT, 'fixtures', 'monorepo')

interface Finding {
  readonly severity: string
  readonly rule: string
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly location: { readonly file: string; readonly line: number }
}

/** The planted faults, in the order of their numbers. */
const FAULTS = [
  'error destination-host-unknown VirtualService shop/cart deploy/overlays/prod/routes.yaml:9',
  'error route-cluster-missing VirtualService shop/catalog deploy/overlays/prod/routes.yaml:28',
  'warning selector-matches-nothing Service staging/search environments/staging/mesh.yaml:6',
  'error destination-host-unknown VirtualService staging/search environments/staging/mesh.yaml:27',
  'warning unknown-field ServiceEntry shop/payments environments/prod/mesh.yaml:8',
  'error unknown-kind Sidecars shop/default environments/prod/mesh.yaml:13',
  'error invalid-static-endpoint-not-ip ServiceEntry shop/ledger environments/prod/mesh.yaml:27',
  'error gateway-missing VirtualService shop/www environments/prod/mesh.yaml:44',
  'error duplicate-object ServiceEntry shop/reports environments/prod/db.yaml:12',
  'error shared-vip-port ServiceEntry shop/reports environments/prod/db.yaml:19',
]

const lineOf = ({ severity, rule, object: { kind, namespace, name }, location: { file, line } }: Finding): string =>
  `${severity} ${rule} ${kind} ${namespace}/${name} ${file}:${line}`

/** Whether a program is on the PATH. */
const isHere = (program: string): boolean => spawnSync(program, ['version']).error === undefined

const canRender = isHere('helm') && (isHere('kustomize') || isHere('kubectl'))

describe('a monorepo', () => {
  it.skipIf(!canRender)(
    'has the same faults when its chart and overlays are rendered by the real programs',
    async () => {
      const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' }
      const { stdout, stderr, code } = await vipctl('lint --render -o json', { cwd: MONOREPO, env })
      const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] }
      expect(findings.map(lineOf).sort()).toEqual([...FAULTS].sort())
      expect(stderr).toContain('note: checking charts/web')
      expect(code).toBe(1)
    },
  )

  it.each(['lint -R . -o json', 'lint -o json'])('%s finds the planted faults and nothing else', async (argv) => {
    const { stdout, code } = await vipctl(argv, { cwd: MONOREPO })
    const { findings, errors } = JSON.parse(stdout) as { findings: readonly Finding[]; errors: readonly unknown[] }
    expect(findings.map(lineOf).sort()).toEqual([...FAULTS].sort())
    expect(errors).toEqual([])
    expect(code).toBe(1)
  })

  it('is fine without the files that have faults', async () => {
    const folder = folderOf({
      '.vipctlignore': '/environments/prod/\n/environments/staging/\n/deploy/overlays/prod/\n',
    })
    cpSync(MONOREPO, folder, { recursive: true })
    const { stdout, code } = await vipctl('lint', { cwd: folder })
    expect(stdout).toContain('no findings')
    expect(code).toBe(0)
  })

  it('says what it leaves out, in few lines', async () => {
    const { stderr } = await vipctl('lint -R .', { cwd: MONOREPO })
    const lines = stderr.split('\n').filter((line) => line !== '')
    expect(lines.length).toBeLessThan(15)
    expect(lines.filter((line) => line.startsWith('error') || line.startsWith('warning'))).toEqual([])
    expect(stderr).toContain('1 Helm chart (charts/web)')
    expect(stderr).toContain('2 kustomize folders')
    expect(stderr).toContain('mesh configuration, from HelmRelease istiod')
    expect(stderr).toContain('ambient mesh, so without sidecars: namespace batch')
  })
})
