/**
 * Builds dist/playground/index.html: one file with its style, its program, the worker that computes, and the examples.
 * Beside it is the same file compressed, which is what the package contains and `vipctl playground` serves.
 *
 * A page from file:// may load no other file, so the workers are texts in the page, and become workers by URLs of
 * blobs. The policy of the page allows this one script by its hash, and no connection.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'
import { noticesOf } from './notices.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const PAGE = join(ROOT, 'src', 'playground', 'page')

const bundle = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
}

/** A text inside of a script element, which would end at its end tag, or begin a comment. */
const inScript = (text) => text.replace(/<(\/script|!--|script)/gi, '\\x3c$1')
const inData = (value) => JSON.stringify(value).replaceAll('<', '\\u003c')

/** The manifests below a folder, with names relative to it. */
function manifestsIn(folder, below = '') {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) return manifestsIn(folder, name)
      return /^[^.].*\.yaml$/.test(entry.name) ? [{ name, text: readFileSync(join(folder, name), 'utf8') }] : []
    })
}

/** What the menu of examples offers: those of src/playground/examples.json with their files. */
function examples() {
  const list = JSON.parse(readFileSync(join(ROOT, 'src', 'playground', 'examples.json'), 'utf8'))
  return list.map(({ title, folder, without = [], ...state }) => {
    const files = manifestsIn(join(ROOT, 'fixtures', folder))
    return {
      title,
      state: { ...state, files: files.filter(({ name }) => !without.some((path) => name.startsWith(path))) },
    }
  })
}

/** The versions of the menu, newest first. */
async function versions() {
  const { outputFiles } = await build({
    ...bundle,
    format: 'esm',
    stdin: { contents: `export { EXACT_RELEASES } from './src/releases/checked.ts'`, resolveDir: ROOT },
  })
  const { EXACT_RELEASES } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)
  return [...EXACT_RELEASES].reverse()
}

/**
 * The page, and what esbuild reports about the packages in it.
 * @returns the HTML and the metafiles
 */
async function page() {
  const [main, worker, elk, style] = await Promise.all([
    build({ ...bundle, entryPoints: ['src/playground/page/main.ts'] }),
    build({ ...bundle, entryPoints: ['src/playground/worker/main.ts'] }),
    build({ ...bundle, entryPoints: ['elkjs/lib/elk-worker.min.js'] }),
    build({ ...bundle, entryPoints: [join(PAGE, 'style', 'all.css')] }),
  ])
  const script = inScript(main.outputFiles[0].text)
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = [
    "default-src 'none'",
    "connect-src 'none'",
    `script-src 'sha256-${hash}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const parts = {
    CSP: policy,
    STYLE: style.outputFiles[0].text,
    CONTENTS: inData({ versions: await versions(), examples: examples() }),
    WORKER: inScript(worker.outputFiles[0].text),
    ELK: inScript(elk.outputFiles[0].text),
    PAGE: script,
  }
  const html = readFileSync(join(PAGE, 'index.html'), 'utf8').replace(/%([A-Z]+)%/g, (_, name) => parts[name])
  return { html, metafiles: [main.metafile, worker.metafile, elk.metafile] }
}

const DIST = join(ROOT, 'dist', 'playground')
const unfinished = `${DIST}.${process.pid}.tmp`

try {
  const { html, metafiles } = await page()
  mkdirSync(unfinished, { recursive: true })
  writeFileSync(join(unfinished, 'index.html'), html)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 }
  writeFileSync(join(unfinished, 'index.html.br'), brotliCompressSync(html, { params }))
  writeFileSync(join(unfinished, 'THIRD_PARTY_NOTICES.txt'), noticesOf(ROOT, metafiles))
  rmSync(DIST, { recursive: true, force: true })
  renameSync(unfinished, DIST)
} finally {
  rmSync(unfinished, { recursive: true, force: true })
}
