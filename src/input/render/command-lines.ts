/** The command lines of programs that render. */
import { basename } from 'node:path'
import type { HelmInput, RenderedInput } from '../request.ts'
import { RELEASE_NAME } from './words.ts'

/** A program and its arguments. */
export interface CommandLine {
  readonly program: string
  readonly args: readonly string[]
}

/** A path in a flag that helm splits at commas, by the rules of encoding/csv. */
const csvField = (path: string): string => (/[",\n\r]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path)

/** @param path absolute, so it is not read as an option */
export function helmTemplate(
  path: string,
  releaseName: string | undefined,
  namespace: string | undefined,
  others: readonly string[] = [],
): CommandLine {
  const name = releaseName ?? basename(path)
  const own = RELEASE_NAME.test(name) ? [name] : []
  return {
    program: 'helm',
    args: ['template', ...own, path, ...(namespace === undefined ? [] : [`--namespace=${namespace}`]), ...others],
  }
}

/** @param path absolute, so it is not read as an option; @returns the best first */
export const kustomizeBuilds = (path: string): readonly [CommandLine, ...CommandLine[]] => [
  { program: 'kustomize', args: ['build', path] },
  { program: 'kubectl', args: ['kustomize', path] },
]

function helmOf(input: HelmInput, namespace: string | undefined): CommandLine {
  const values = input.values.map((path) => `--values=${csvField(path)}`)
  const set = input.set.map(([path, value]) => `--set-json=${path}=${JSON.stringify(value)}`)
  return helmTemplate(input.path, input.releaseName, input.namespace ?? namespace, [...values, ...set])
}

/**
 * The command lines for an input, the best first.
 * @param namespace of the request
 */
export function commandLines(
  input: RenderedInput,
  namespace: string | undefined,
): readonly [CommandLine, ...CommandLine[]] {
  if (input.tool === 'helm') return [helmOf(input, namespace)]
  if (input.tool === 'kustomize') return kustomizeBuilds(input.path)
  const [program, ...args] = input.command
  return [{ program, args }]
}

const PLAIN = /^[\w@%+=:,./~-]+$/

/** Words as a user would write them for a shell. */
export const shownCommand = (words: readonly string[]): string =>
  words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
