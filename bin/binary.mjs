/**
 * Makes a single executable, dist/vipctl (vipctl.exe on Windows), of Node and everything in the package: the program with
 * the code that this Node compiles of it, the pages of rules and the page of the playground.
 * usage: node bin/binary.mjs [--node PATH] [--out PATH]. Node 20.19 or later, for the platform that this runs on; by
 * default the Node that runs this script.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inject } from 'postject'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DIST = join(ROOT, 'dist')
const IS_WINDOWS = process.platform === 'win32'
const IS_MAC = process.platform === 'darwin'
const NAME = IS_WINDOWS ? 'vipctl.exe' : 'vipctl'
/** Where Node looks for a program inside of itself. */
const RESOURCE = 'NODE_SEA_BLOB'
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

const { values } = parseArgs({ options: { node: { type: 'string' }, out: { type: 'string' } } })
const node = values.node === undefined ? process.execPath : resolve(values.node)
const out = values.out === undefined ? join(DIST, NAME) : resolve(values.out)

/** @throws Error if the program fails */
function run(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`)
  return stdout
}

const filesIn = (folder, pattern) => readdirSync(join(ROOT, folder)).filter((name) => pattern.test(name))

/** What is inside, by the names under which src/own-program.ts and src/start-executable.ts ask for it. */
function assets(compiled) {
  const named = (folder, pattern) =>
    filesIn(folder, pattern).map((name) => [`${folder}/${name}`, join(ROOT, folder, name)])
  return Object.fromEntries([
    ['package.json', join(ROOT, 'package.json')],
    ['start.cjs', join(DIST, 'executable.cjs')],
    ...named('dist', /^(?:cli|.*-[A-Z0-9]{8})\.cjs(?:\.br)?$/),
    ...named('dist', /^envoy-types\.js$/),
    ...named('dist', /^THIRD_PARTY_NOTICES\.txt$/),
    ...named('dist/playground', /^index\.html\.br$/),
    ...named('docs/rules', /\.md$/),
    ...readdirSync(compiled).map((name) => [`code/${name.replace(/\.code$/, '')}`, join(compiled, name)]),
  ])
}

/** The code that the Node of the executable compiles; what another Node compiles does not fit. */
function compiledCode() {
  run(node, join('bin', 'compile-ahead.cjs'), DIST)
  return join(DIST, 'compiled', run(node, '-p', '[process.version, process.platform, process.arch].join("-")').trim())
}

/** Copies Node without the names of its functions, a sixth of its size, and without its signature, which would not fit. */
function copyNode(target) {
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(node, target)
  chmodSync(target, 0o755)
  if (IS_MAC) run('codesign', '--remove-signature', target)
  else if (!IS_WINDOWS) spawnSync('strip', [target])
}

const folder = mkdtempSync(join(tmpdir(), 'vipctl-binary-'))
const unfinished = `${out}.${process.pid}.tmp`
try {
  if (!existsSync(join(DIST, 'playground', 'index.html.br'))) throw new Error('run `npm run build` first')
  const blob = join(folder, 'blob')
  const config = join(folder, 'config.json')
  const settings = {
    main: join(DIST, 'executable.cjs'),
    output: blob,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets: assets(compiledCode()),
  }
  writeFileSync(config, JSON.stringify(settings))
  run(node, '--experimental-sea-config', config)
  copyNode(unfinished)
  // postject warns about sections of ELF files that do not matter here.
  console.warn = () => undefined
  console.error = () => undefined
  await inject(unfinished, RESOURCE, readFileSync(blob), {
    sentinelFuse: FUSE,
    ...(IS_MAC && { machoSegmentName: 'NODE_SEA' }),
  })
  if (IS_MAC) run('codesign', '--sign', '-', unfinished)
  renameSync(unfinished, out)
  const size = (statSync(out).size / 1e6).toFixed(1)
  process.stdout.write(
    `${out}: ${size} MB, of which ${(statSync(blob).size / 1e6).toFixed(1)} MB are vipctl; Node ${run(node, '--version').trim()}\n`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
  rmSync(unfinished, { force: true })
}
