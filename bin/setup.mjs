/**
 * Makes a clone ready: installs the development dependencies if they are missing or older than package-lock.json and,
 * with --build, builds dist/ if it is missing or older than src/. Prints nothing if there is nothing to do. It runs
 * before anything is installed, so it imports only Node's own modules. npm also runs it as `prepare`, when it installs
 * vipctl from a git repository or a folder.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const LOCK = join(ROOT, 'package-lock.json')
/** npm writes this file at the end of an installation. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json')
const BUILT = join(ROOT, 'dist', 'cli.js')
/** The inputs of the bundle. */
const BUILD_INPUTS = ['src', join('bin', 'build.mjs'), 'package-lock.json']

/** Milliseconds since 1970 of the last change; 0 if the file does not exist. */
function changed(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

function lastChange(path) {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return changed(path)
  return Math.max(0, ...readdirSync(path).map((name) => lastChange(join(path, name))))
}

/** Runs a program with its output on stderr, because stdout is for the command that follows. */
function run(program, args, options = {}) {
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options })
  return status === 0
}

/**
 * The environment without the settings of the npm that runs this script: `npm install --global` would make the inner
 * installation global too.
 */
function ownEnvironment() {
  const inherited =
    /^npm_(?:config_(?:global|prefix|local_prefix|location|omit|include|dry_run|pack_destination)|package_|lifecycle_|command)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)))
}

/** The npm that started this script, otherwise the one on the path. */
function npm(args) {
  const options = { env: ownEnvironment() }
  const own = process.env.npm_execpath
  if (own?.endsWith('.js')) return run(process.execPath, [own, ...args], options)
  return run('npm', args, { ...options, shell: process.platform === 'win32' })
}

/** No scripts: dependencies do not need any, and `prepare` would start this script again. */
const INSTALL = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

function install() {
  process.stderr.write('installing dependencies\n')
  if (!npm(INSTALL)) {
    process.stderr.write(
      'error: the dependencies could not be installed\n' +
        '  hint: npm needs its registry or a filled cache, and a folder that it may write to\n',
    )
    return false
  }
  const now = new Date()
  if (existsSync(INSTALLED)) utimesSync(INSTALLED, now, now)
  return true
}

function build() {
  process.stderr.write('building dist\n')
  return run(process.execPath, [join('bin', 'build.mjs')])
}

const needsInstall = changed(INSTALLED) < Math.max(changed(LOCK), 1)
const newest = Math.max(...BUILD_INPUTS.map((path) => lastChange(join(ROOT, path))))
const needsBuild = process.argv.includes('--build') && changed(BUILT) < newest
// npm runs `prepare` during an installation. The packages are in place then, but npm has not recorded it yet.
const isPrepared = process.env.npm_lifecycle_event === 'prepare' && existsSync(join(ROOT, 'node_modules', 'esbuild'))
const mayInstall = process.env.npm_lifecycle_event === 'prepare' ? needsBuild && !isPrepared : needsInstall
let ready = !mayInstall || install()
if (ready && needsBuild) ready = build()
if (!ready) process.exitCode = 1
