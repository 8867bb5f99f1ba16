/**
 * Fills a template in: @VERSION@, @REPOSITORY@ (OWNER/NAME) and @SHA256 FILE@.
 * usage: node packaging/fill.mjs TEMPLATE VERSION REPOSITORY CHECKSUMS, with the output of `sha256sum` as CHECKSUMS.
 * Prints the text. Fails if a checksum is missing.
 */
import { readFileSync } from 'node:fs'

const [template, version, repository, checksums] = process.argv.slice(2)
const lines = readFileSync(checksums, 'utf8').trim().split('\n')
const sums = new Map(lines.map((line) => line.split(/\s+\*?/).reverse()))

function sumOf(file) {
  const sum = sums.get(file)
  if (!/^[0-9a-f]{64}$/.test(sum ?? '')) throw new Error(`${checksums} has no checksum of ${file}`)
  return sum
}

const text = readFileSync(template, 'utf8')
  .replace(/^# .*@ signs.*\n/m, '')
  .replaceAll('@VERSION@', version)
  .replaceAll('@REPOSITORY@', repository)
  .replace(/@SHA256 ([^@]+)@/g, (_, file) => sumOf(file))
process.stdout.write(text)
