/**
 * Makes a clone ready: installs the development dependencies if they are missing or older than package-lock.json. With
 * --build, it also builds dist/ if it is missing or older than src/; with --page, the page of the playground and the
 * manual pages. Prints nothing if there is nothing to do. It runs before anything is installed, so it imports only
 * Node's own modules. If it is started several times in one folder, one run works and the others wait for it. npm also
 * runs it as `prepare`, when it installs vipctl from a git repository or a folder. It never writes package-lock.json. If
 * it fails, it prints one sentence about the cause and ends with exit code 2.
 */
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const LOCK = join(ROOT, 'package-lock.json')
/** npm writes this file at the end of an installation. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json')
/** What the options build: a file that shows when it was built, and the script that builds it. */
const PARTS = [
  ['--build', join(ROOT, 'dist', 'cli.cjs'), 'build.mjs'],
  ['--page', join(ROOT, 'dist', 'playground', 'index.html.br'), 'playground.mjs'],
  ['--page', join(ROOT, 'dist', 'man', 'vipctl.1.gz'), 'man.mts'],
]
/** Names the run that works: its host and its process. */
const TURN = join(ROOT, '.cache', 'setup.lock')
/** Milliseconds between two looks at it. */
const PAUSE = 100
/** Milliseconds after which a run of another host, whose end cannot be seen, counts as ended. No installation takes so long. */
const LONGEST = 30 * 60_000
/** The inputs of the bundle. */
const BUILD_INPUTS = ['src', 'bin', 'package-lock.json']

/** Milliseconds since 1970 of the last change; 0 if the file does not exist. */
function changed(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

function lastChange(path) {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return changed(path)
  return Math.max(0, ...readdirSync(path).map((name) => lastChange(join(path, name))))
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

/**
 * Runs npm: the one that started this script, otherwise the one on the path.
 * @returns what it printed on stderr; undefined if it succeeded
 */
function npm(args) {
  // stdout is for the command that follows.
  const options = { cwd: ROOT, env: ownEnvironment(), stdio: ['ignore', 2, 'pipe'], encoding: 'utf8' }
  const own = process.env.npm_execpath
  const { status, stderr, error } = own?.endsWith('.js')
    ? spawnSync(process.execPath, [own, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  return status === 0 ? undefined : (stderr ?? String(error))
}

/**
 * No scripts: dependencies do not need any, and `prepare` would start this script again. npm's own pauses before it
 * tries again add up to more than a minute without a network.
 */
const INSTALL = [
  'ci',
  '--include=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
]

/** What npm prints, and the cause in words. */
const CAUSES = [
  [
    /code (ECONN\w+|ENOTFOUND|EAI_AGAIN|E?TIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT)/,
    "npm's registry cannot be reached",
  ],
  [/code ENOTCACHED/, 'npm is offline, and its cache does not have all of them'],
  [/code E(401|403)/, "npm's registry refuses access"],
  [/code E404/, "npm's registry does not have all of them"],
  [/code EINTEGRITY/, 'what the registry sent differs from package-lock.json'],
  [/code EUSAGE/, 'package-lock.json does not match package.json'],
  [/code (EACCES|EPERM|EROFS)/, 'npm may not write to a folder that it needs'],
  [/code ENOSPC/, 'the disk is full'],
  [/spawnSync npm ENOENT/, 'npm is not on the path'],
]

/** The first line of npm's message that is not about its codes. */
function firstLine(printed) {
  const lines = printed.split('\n').map((line) => line.replace(/^npm error ?/, '').trim())
  return lines.find((line) => line !== '' && !/^(code|syscall|errno|path) /.test(line)) ?? 'npm failed'
}

/** @throws Error whose message is the cause */
function checkWritable(folder) {
  if (!existsSync(folder)) return
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    throw new Error(`${folder} is read-only`)
  }
}

/** @throws Error whose message is the cause */
function install() {
  process.stderr.write('installing dependencies\n')
  checkWritable(ROOT)
  checkWritable(dirname(INSTALLED))
  const printed = npm(INSTALL)
  if (printed !== undefined) throw new Error(CAUSES.find(([says]) => says.test(printed))?.[1] ?? firstLine(printed))
  const now = new Date()
  if (existsSync(INSTALLED)) utimesSync(INSTALLED, now, now)
}

/** @throws Error whose message is the cause */
function build(scripts) {
  process.stderr.write('building dist\n')
  checkWritable(ROOT)
  for (const script of scripts) {
    const run = script.endsWith('.mts') ? ['--import', 'tsx', join('bin', script)] : [join('bin', script)]
    const { status } = spawnSync(process.execPath, run, { cwd: ROOT, stdio: ['ignore', 2, 2] })
    if (status !== 0) throw new Error('the build failed')
  }
}

const own = `${hostname()} ${process.pid}`

/** Whether the process still runs; undefined if this cannot be known, because it is one of another host. */
function isRunning(holder) {
  const [host, pid] = holder.split(' ')
  if (host !== hostname() || !/^[1-9]\d*$/.test(pid ?? '')) return undefined
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return error.code !== 'ESRCH'
  }
}

/** @returns who has the turn; undefined if no run has it now */
function holderOfTurn() {
  try {
    return readFileSync(TURN, 'utf8')
  } catch {
    return undefined
  }
}

/** Removes what a killed run left, unless another run has already removed it and taken its turn. */
function removeLeftOver(holder) {
  const aside = `${TURN}.${process.pid}`
  try {
    renameSync(TURN, aside)
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, TURN)
  } catch {
    // Another run was faster.
  }
  rmSync(aside, { force: true })
}

/** @returns whether this run has the turn now; a folder that cannot be written to is reported by the steps */
function takesTurn() {
  const complete = `${TURN}.${process.pid}`
  try {
    mkdirSync(dirname(TURN), { recursive: true })
    // A link appears with its content, so no run sees an empty file.
    writeFileSync(complete, own)
    linkSync(complete, TURN)
  } catch (error) {
    return error.code !== 'EEXIST'
  } finally {
    rmSync(complete, { force: true })
  }
  process.on('exit', () => {
    if (holderOfTurn() === own) rmSync(TURN, { force: true })
  })
  return true
}

function isLeftOver(holder) {
  const running = isRunning(holder)
  return running === undefined ? Date.now() - changed(TURN) > LONGEST : !running
}

/** Waits until no other run works in this folder. */
function waitForTurn() {
  let isTold = false
  while (!takesTurn()) {
    const holder = holderOfTurn()
    if (holder !== undefined && isLeftOver(holder)) removeLeftOver(holder)
    else if (holder !== undefined && !isTold) {
      process.stderr.write(`waiting for process ${holder.split(' ')[1]}, which installs or builds in this folder\n`)
      isTold = true
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
  }
}

function attempt(what, step) {
  try {
    step()
  } catch (error) {
    process.stderr.write(`error: ${what}: ${error.message}\n`)
    process.exit(2)
  }
}

/** What is missing or outdated. */
function missing() {
  const needsInstall = changed(INSTALLED) < Math.max(changed(LOCK), 1)
  const newest = Math.max(...BUILD_INPUTS.map((path) => lastChange(join(ROOT, path))))
  const outdated = PARTS.filter(([flag, file]) => process.argv.includes(flag) && changed(file) < newest)
  // npm runs `prepare` during an installation. The packages are in place then, but npm has not recorded it yet.
  const isPrepare = process.env.npm_lifecycle_event === 'prepare'
  const isPrepared = isPrepare && existsSync(join(ROOT, 'node_modules', 'esbuild'))
  return { mayInstall: isPrepare ? outdated.length > 0 && !isPrepared : needsInstall, outdated }
}

const isReady = ({ mayInstall, outdated }) => !mayInstall && outdated.length === 0

if (!isReady(missing())) {
  waitForTurn()
  // Another run may have done it.
  const { mayInstall, outdated } = missing()
  if (mayInstall) attempt('the dependencies cannot be installed', install)
  if (outdated.length > 0) {
    attempt('dist cannot be built', () => build(outdated.map(([, , script]) => script)))
  }
}
