/** Repositories whose configuration renders a part of the input. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { entry, folderOf, type Ran, vipctl } from '../cli.ts'

/** A ServiceEntry that states no namespace. */
export const db = (name: string): string => entry({ name, host: `${name}.example.com` })

export const CHART = {
  'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'charts/shop/templates/db.yaml':
    'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata:\n  name: {{ .Release.Name }}\n',
} as const

/** Makes a script that programs can run. */
export function makeScript(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}`)
  chmodSync(path, 0o755)
}

/**
 * A repository with a folder of programs, which `calls` in it counts.
 * @param programs what each does, as lines of sh
 */
export function repository(
  config: string,
  files: Readonly<Record<string, string>> = {},
  programs: Readonly<Record<string, string>> = {},
): string {
  const cwd = folderOf({ '.git/HEAD': '', 'bin/calls': '', '.vipctl.yaml': config, ...files })
  const noted = `for word in "$@"; do printf '%s\\n' "$word"; done >> '${cwd}/bin/calls'\n`
  for (const [name, text] of Object.entries(programs)) makeScript(join(cwd, 'bin', name), noted + text)
  return cwd
}

/** Prints the text of a file. */
export const prints = (file: string): string => `cat '${file}'\n`

/** Runs vipctl with the programs of the repository. */
export const inRepository = (cwd: string, argv: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  vipctl(argv, { cwd, env: { PATH: `${join(cwd, 'bin')}:/usr/bin:/bin`, ...env } })

export interface Finding {
  readonly rule: string
  readonly object: { readonly namespace: string; readonly name: string }
  readonly location: { readonly file: string; readonly line: number }
  readonly related: readonly { readonly location: { readonly file: string; readonly line: number } }[]
  readonly environments?: readonly string[]
}

export async function findingsIn(cwd: string, args: string) {
  const ran = await inRepository(cwd, `lint -o json --assume none --istio-version 1.31 ${args}`)
  const { findings } = JSON.parse(ran.stdout) as { findings: readonly Finding[] }
  return { ...ran, findings }
}

export const placeOf = ({ location: { file, line } }: Pick<Finding, 'location'>): string => `${file}:${line}`
