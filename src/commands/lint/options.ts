import { InvalidArgumentError, type Option } from 'commander'
import { nearest } from '../../common/nearest.ts'
import { type DnsCaptureMode, FAIL_ON, FIX_EFFORTS, type FixEffort } from '../../index.ts'
import { choiceOption, nameOption, option, pathOption } from '../command.ts'
import { inputOptions } from '../input-options.ts'
import { type MarkOptions, onlyChangesOption } from '../overlay-options.ts'
import { collectPairs } from '../values.ts'
import type { ConfigurableOptions } from './config/options.ts'

export const LINT_FORMATS = ['text', 'json', 'yaml', 'sarif', 'junit', 'github', 'gitlab'] as const
export type LintFormat = (typeof LINT_FORMATS)[number]

/** A format and its target: a file, or standard output. */
export interface OutputTarget {
  readonly format: LintFormat
  readonly file: string | undefined
}

export interface LintCommandOptions extends ConfigurableOptions, MarkOptions {
  readonly output?: readonly OutputTarget[]
  /** List the rules instead of linting. */
  readonly rules?: boolean
  /** Print the page of a rule instead of linting. */
  readonly explain?: string
  readonly writeBaseline?: string
  /** A commit, branch or tag. */
  readonly changedSince?: string
  readonly fixes?: FixEffort
  readonly fix?: boolean
  readonly dryRun?: boolean
  /** Lint the current cluster instead of files. */
  readonly live?: boolean
}

/** Repeated here, because these options are created for every command line and must not load the rules. */
const CAPTURE_CHOICES: readonly DnsCaptureMode[] = ['mesh', 'true', 'false', 'both']

const STDOUT = '-'

const isFormat = (text: string): text is LintFormat => LINT_FORMATS.some((format) => format === text)

/** `FORMAT[=FILE]`, repeatable. */
function collectOutputs(text: string, before: readonly OutputTarget[] | undefined): readonly OutputTarget[] {
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
function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number, 0 or more.')
  return Number(text)
}

const OUTPUT = 'Output options:'
const RULES = 'Rule options:'
const KNOWN = 'Options for known findings:'
const FIXES = 'Fix options:'
const INPUT = 'Input options:'

const outputOptions = () => [
  choiceOption(
    option('-o, --output <format[=file]>', `${LINT_FORMATS.join(', ')}; with =FILE to a file; repeatable`, OUTPUT),
    LINT_FORMATS,
  ).argParser(collectOutputs),
  choiceOption(
    option(
      '--fail-on <severity>',
      'lowest severity that makes the exit code 1: error (default), warning, info, never',
      OUTPUT,
    ),
    FAIL_ON,
  ),
  option('--max-warnings <n>', 'more warnings than this also make the exit code 1', OUTPUT).argParser(parseCount),
  option('-q, --quiet', 'text: only errors, one per line; no warnings and notes on stderr', OUTPUT),
  option('--verbose', 'text: every finding in full, with its rule and all namespaces', OUTPUT),
  onlyChangesOption(),
]

const ruleOptions = () => [
  nameOption(
    option(
      '--rule <rule=severity>',
      'error, warning, info or off for a rule or rules (invalid-*); repeatable',
      RULES,
    ).argParser(collectPairs('RULE=SEVERITY')),
    'rules',
  ),
  option('--rules', 'list the rules', RULES),
  nameOption(option('--explain <rule>', 'print the page of a rule', RULES), 'rules'),
  choiceOption(
    option(
      '--dns-capture <mode>',
      'whether proxies capture DNS: true, false, both, or mesh (default) to follow the mesh',
      RULES,
    ),
    CAPTURE_CHOICES,
  ),
  option('--strict', 'also report hosts and selectors whose namespaces are not in the input, as info', RULES),
  option('--from-version <version>', 'Istio version to upgrade from, to see what changes', RULES),
  pathOption(option('--config <file>', 'configuration (default: .vipctl.yaml here or in a parent folder)', RULES)),
  option('--no-config', 'no configuration', RULES),
]

const knownOptions = () => [
  pathOption(option('--baseline <file>', 'report only findings that are not in it', KNOWN)),
  pathOption(option('--write-baseline <file>', 'write the findings to it', KNOWN)),
  option('--changed-since <ref>', 'report only findings that this commit, branch or tag does not have', KNOWN),
]

const fixOptions = () => [
  option('--fix', 'make safe and proven fixes, and report what is left', FIXES),
  option('--dry-run', 'with --fix: print the changes as a diff instead', FIXES),
  choiceOption(option('--fixes <effort>', 'look for fixes: auto (default), all, none', FIXES), FIX_EFFORTS),
]

const renderOptions = () => [
  option('--render', 'render charts and kustomize overlays, and check each as a mesh of its own', INPUT),
]

/** Defined after --recursive, so that commander sets no default for either. */
const noRecursiveOption = () => option('--no-recursive', 'read folders without their subfolders', INPUT)

const liveOption = () => option('--live', 'lint the current cluster; without it only files are read', INPUT)

export const lintOptions = (): Option[] => [
  ...outputOptions(),
  ...ruleOptions(),
  ...knownOptions(),
  ...fixOptions(),
  liveOption(),
  ...inputOptions(),
  noRecursiveOption(),
  ...renderOptions(),
]
