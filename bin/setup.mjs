/**
 * Makes a fresh clone ready: installs the dependencies when they are missing or older than package-lock.json and, with
 * --build, builds dist/ when it is missing or older than src/. Says nothing when there is nothing to do. Runs before
 * anything is installed, so it imports Node's own modules only.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const LOCK = join(ROOT, 'package-lock.json')
/** npm writes this file when an installation is complete. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json')
const BUILT = join(ROOT, 'dist', 'cli.js')
/** What the bundle is made of. */
const BUILD_INPUTS = ['src', join('bin', 'build.mjs'), 'package-lock.json']

/** Milliseconds since 1970 of the last change; 0 when there is no such file. */
function changed(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

function lastChange(path) {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return changed(path)
  return Math.max(0, ...readdirSync(path).map((name) => lastChange(join(path, name))))
}

/** Runs a program; what it says goes to stderr, because stdout belongs to the command that follows. */
function run(program, args, options = {}) {
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options })
  return status === 0
}

/** The npm that started this script, else the one on the path. */
function npm(command, options = {}) {
  const args = [command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const own = process.env.npm_execpath
  if (own?.endsWith('.js')) return run(process.execPath, [own, ...args], options)
  return run('npm', args, { shell: process.platform === 'win32', ...options })
}

function install() {
  process.stderr.write('installing dependencies\n')
  // `npm ci` refuses a lock file that does not match; `npm install` then says what is wrong, if anything is.
  if (!npm('ci', { stdio: 'ignore' }) && !npm('install')) return false
  const now = new Date()
  if (existsSync(INSTALLED)) utimesSync(INSTALLED, now, now)
  return true
}

function build() {
  process.stderr.write('building dist\n')
  return run(process.execPath, [join('bin', 'build.mjs')])
}

const needsInstall = changed(INSTALLED) < Math.max(changed(LOCK), 1)
let ready = !needsInstall || install()
if (ready && process.argv.includes('--build')) {
  const newest = Math.max(...BUILD_INPUTS.map((path) => lastChange(join(ROOT, path))))
  if (changed(BUILT) < newest) ready = build()
}
if (!ready) process.exitCode = 1
