/** The start of the single executable, which bin/binary.mjs makes: all files of the package are inside. */
import { getRawAsset } from 'node:sea'
import { isMainThread } from 'node:worker_threads'
import { startSmall } from './compiler.ts'
import { programOf } from './scripts.ts'

function asset(name: string): Buffer | undefined {
  try {
    return Buffer.from(getRawAsset(name) as ArrayBuffer)
  } catch {
    return undefined
  }
}

startSmall()
// A process that child_process.fork starts gets the path of its script first, which is this program.
if (isMainThread && process.argv[2] === process.argv[1] && process.connected) process.argv.splice(2, 1)
programOf({
  folder: 'vipctl',
  bytes: (file) => asset(`dist/${file}`),
  code: (file) => asset(`code/${file}`),
}).main()
