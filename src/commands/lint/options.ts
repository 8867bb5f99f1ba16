import { InvalidArgumentError } from 'commander'
import { nearest } from '../../common/nearest.ts'
import type { FixEffort } from '../../findings/lint/prove.ts'
import type { DnsCaptureMode } from '../../findings/lint/scopes.ts'
import type { MarkOptions } from '../../input/overlay.ts'
import type { ConfigurableOptions } from './config-options.ts'

export const LINT_FORMATS = ['text', 'json', 'yaml', 'sarif', 'junit', 'github'] as const
export type LintFormat = (typeof LINT_FORMATS)[number]

/** A format, and where its text goes: a file, or standard output. */
export interface OutputTarget {
  readonly format: LintFormat
  readonly file: string | undefined
}

export interface LintCommandOptions extends ConfigurableOptions, MarkOptions {
  readonly output?: readonly OutputTarget[]
  /** Lists the rules instead. */
  readonly rules?: boolean
  /** Prints the page of a rule instead. */
  readonly explain?: string
  readonly writeBaseline?: string
  /** A commit, branch or tag. */
  readonly changedSince?: string
  readonly fixes?: FixEffort
  readonly fix?: boolean
  readonly dryRun?: boolean
  /** The current cluster, whatever files the configuration names. */
  readonly live?: boolean
}

/** Stated here, because these options are made for every command line and their stages are not. */
export const CAPTURE_CHOICES: readonly DnsCaptureMode[] = ['mesh', 'true', 'false', 'both']
export const FIX_CHOICES: readonly FixEffort[] = ['auto', 'all', 'none']

const STDOUT = '-'

const isFormat = (text: string): text is LintFormat => LINT_FORMATS.some((format) => format === text)

/** `FORMAT[=FILE]`, several times. */
export function collectOutputs(text: string, before: readonly OutputTarget[] | undefined): readonly OutputTarget[] {
  const equals = text.indexOf('=')
  const format = equals < 0 ? text : text.slice(0, equals)
  if (!isFormat(format)) {
    const close = nearest(format, LINT_FORMATS)
    throw new InvalidArgumentError(close ? `Did you mean ${close}?` : `Allowed are ${LINT_FORMATS.join(', ')}.`)
  }
  const file = equals < 0 ? STDOUT : text.slice(equals + 1)
  if (file === '') throw new InvalidArgumentError('The form is FORMAT or FORMAT=FILE.')
  return [...(before ?? []), { format, file: file === STDOUT ? undefined : file }]
}

/** A number of warnings. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number, 0 or more.')
  return Number(text)
}
