/**
 * Packs the npm package as it is released: what `npm pack` makes, without the parts of package.json that only a clone
 * needs, its scripts and development dependencies. npm warns about the script `prepare` when it installs a tarball that
 * has it.
 *
 * usage: node bin/pack.mjs [FOLDER]. dist/ must be built. Writes vipctl-VERSION.tgz to the folder, which is the working
 * directory by default.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Fields of package.json for development. */
const OF_CLONES = ['scripts', 'devDependencies']

/** @returns its output; ends this script if the command fails */
function output(command, args, cwd) {
  const shell = process.platform === 'win32'
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell,
    stdio: ['ignore', 'pipe', 2],
  })
  if (status === 0) return stdout.trim()
  console.error(`pack.mjs: ${command} ${args[0]} failed${error ? `: ${error.message}` : ''}`)
  process.exit(2)
}

const pack = (folder, cwd) =>
  output('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], cwd)

const work = mkdtempSync(join(tmpdir(), 'vipctl-pack-'))
try {
  output('tar', ['-xzf', pack(work, ROOT)], work)
  const unpacked = join(work, 'package')
  const path = join(unpacked, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  for (const field of OF_CLONES) delete manifest[field]
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)
  console.log(pack(resolve(process.argv[2] ?? '.'), unpacked))
} finally {
  rmSync(work, { recursive: true, force: true })
}
