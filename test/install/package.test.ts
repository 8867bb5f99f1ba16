import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>

/** Bytes of the unpacked package. */
const MOST_BYTES = 6_000_000

/** What the package has, and what needs it. */
const EXPECTED: readonly RegExp[] = [
  /^(?:package\.json|README\.md|LICENSE|SECURITY\.md)$/,
  // The program.
  /^bin\/(?:vipctl\.js|package\.json)$/,
  /^dist\/(?:cli|start|[\w.-]+-[A-Z0-9]{8})\.cjs(?:\.br)?$/,
  // The library, and the table that it shares with the program.
  /^dist\/(?:library(?:-browser|-[A-Z0-9]{8})?|envoy-types)\.js$/,
  /^dist\/types\/[a-z-]+\.d\.ts$/,
  /^dist\/(?:playground\/)?THIRD_PARTY_NOTICES\.txt$/,
  // man vipctl.
  /^dist\/man\/vipctl(?:-[a-z-]+)?\.1\.gz$/,
  // vipctl playground.
  /^dist\/playground\/index\.html\.br$/,
  // vipctl lint --explain, links of reports, and editors.
  /^docs\/rules\/[\w-]+\.md$/,
  /^docs\/vipctl(?:-test)?\.schema\.json$/,
]

interface Packed {
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

describe('the npm package', () => {
  let packed: Packed

  beforeAll(() => {
    spawnSync(process.execPath, [join(ROOT, 'bin', 'setup.mjs'), '--build', '--page'])
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
    const { stdout } = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' })
    const [only] = JSON.parse(stdout) as [Packed]
    packed = only
  })

  it('has what runs and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(paths.filter((path) => !EXPECTED.some((pattern) => pattern.test(path)))).toEqual([])
    expect(EXPECTED.filter((pattern) => !paths.some((path) => pattern.test(path)))).toEqual([])
  })

  it('names every manual page', () => {
    const pages = packed.files.map(({ path }) => path).filter((path) => path.startsWith('dist/man/'))
    expect(MANIFEST.man).toEqual(pages)
  })

  it('is small', () => {
    expect(packed.unpackedSize).toBeLessThan(MOST_BYTES)
  })

  it('installs no other package and runs no script', () => {
    expect(
      Object.keys(MANIFEST).filter((key) => /^(?:(?:peer|optional)D|bundle[d]?D|d)ependencies$/.test(key)),
    ).toEqual([])
    const scripts = Object.keys(MANIFEST.scripts as object)
    expect(scripts.filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([])
  })
})
