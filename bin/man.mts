/** Writes the manual pages to dist/man/, compressed, from the help of the commands. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { makeProgram } from '../src/cli.ts'
import { manPages } from '../src/commands/help/man.ts'
import type { Io } from '../src/commands/io.ts'
import { packageVersion } from '../src/own-program.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist', 'man')
const SUMMARY = 'what istiod would send to a proxy, from manifests or a live cluster'

const stream = { isTTY: false, columns: undefined, write: () => undefined }
const io: Io = { stdout: stream, stderr: stream, stdin: async () => Buffer.alloc(0), env: {}, cwd: ROOT }

/** For reproducible packages, SOURCE_DATE_EPOCH tells the date. */
const { SOURCE_DATE_EPOCH } = process.env
const date = new Date(SOURCE_DATE_EPOCH === undefined ? Date.now() : Number(SOURCE_DATE_EPOCH) * 1000)
const settings = { version: packageVersion(), date: date.toISOString().slice(0, 10) }

const program = makeProgram(io, async () => undefined)
const unfinished = `${DIST}.${process.pid}.tmp`
mkdirSync(unfinished, { recursive: true })
for (const { name, text } of manPages(program, SUMMARY, settings)) {
  writeFileSync(join(unfinished, `${name}.gz`), gzipSync(text, { level: 9 }))
}
rmSync(DIST, { recursive: true, force: true })
renameSync(unfinished, DIST)
