/** What `lint --fix` does to files, byte for byte. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, vipctl } from '../cli.ts'

const JSON_ENTRY = String.raw`{
  "apiVersion": "networking.istio.io/v1", "kind": "ServiceEntry",
  "metadata": {"name": "a", "namespace": "b", "generation": 9007199254740993,
    "labels": {"b": "1", "10": "x", "2": "y"}, "annotations": {"note": "caf\u00e9 \u202e \/p"}},
  "spec": {"hosts": ["a.com", "a.com"], "ports": [{"number": 443, "name": "tls", "protocol": "TLS"}],
    "resolution": "DNS", "endpoints": [{"address": "10.0.0.1", "weight": 1.0}]}
}
`
const ENTRY = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a, namespace: b}
spec:
  hosts: [a.com, a.com]
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
# the end
`

/** Each line end in turn. */
function mixed(text: string): string {
  const ends = ['\r\n', '\n', '\r']
  let line = 0
  return text.replaceAll('\n', () => ends[line++ % ends.length] as string)
}

const TEXTS: readonly (readonly [what: string, text: string | Buffer])[] = [
  ['JSON with its numbers, order, escapes and layout', JSON_ENTRY],
  ['JSON with Windows line ends', JSON_ENTRY.replaceAll('\n', '\r\n')],
  ['JSON on one line', `${JSON.stringify(JSON.parse(JSON_ENTRY.replaceAll('\\/', '/')))}`],
  ['JSON in brackets of YAML', JSON_ENTRY.replaceAll('\\/', '/').replace('"spec"', '# a comment\n  "spec"')],
  ['Windows line ends', ENTRY.replaceAll('\n', '\r\n')],
  ['mixed line ends', mixed(ENTRY)],
  ['line ends of CR alone', `--- # c\r${ENTRY.replaceAll('\n', '\r')}`],
  ['no final line end', ENTRY.trimEnd()],
]

/** One of the two hosts that are the same. */
const withoutRepeat = (text: string): string => text.replace(/, ?("?)a\.com\1(?=\])/, '')

describe('lint --fix keeps every byte that it does not fix in', () => {
  it.each(TEXTS)('%s', async (_, content) => {
    const cwd = folderOf({ 'm.yaml': content })
    const { stderr } = await vipctl('lint m.yaml --fix', { cwd })
    expect(stderr).toContain('note: fixed a finding in m.yaml\n')
    expect(readFileSync(join(cwd, 'm.yaml'), 'utf8')).toBe(withoutRepeat(content.toString()))
  })

  it.each(TEXTS)('%s, as a diff', async (_, content) => {
    const cwd = folderOf({ 'm.yaml': content })
    const { stdout } = await vipctl('lint m.yaml --fix --dry-run', { cwd })
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd, input: stdout })
    expect(readFileSync(join(cwd, 'm.yaml'), 'utf8')).toBe(withoutRepeat(content.toString()))
  })
})
