import { InvalidArgumentError, type Option } from 'commander'
import { nearest } from '../../common/nearest.ts'
import { type DnsCaptureMode, EFFECT_KINDS, type EffectKind } from '../../index.ts'
import { choiceOption, option, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { parseTimeout } from '../values.ts'

export const DIFF_FORMATS = ['text', 'json', 'yaml', 'markdown', 'github'] as const
export type DiffFormat = (typeof DIFF_FORMATS)[number]

export interface DiffOptions extends ProxyOptions {
  readonly output?: DiffFormat
  readonly summary?: boolean
  readonly resources?: boolean
  readonly fromVersion?: string
  readonly toVersion?: string
  readonly dnsCapture?: DnsCaptureMode
  /** Whether the second mesh does not follow from the first. */
  readonly fromScratch?: boolean
  readonly lint?: boolean
  /** Milliseconds; 0 for no limit. */
  readonly budget?: number
  readonly exitCode?: boolean
  readonly failOn?: ReadonlySet<EffectKind>
}

/** Shorter names for kinds of effects. */
const GROUPS: Readonly<Record<string, readonly EffectKind[]>> = {
  any: EFFECT_KINDS,
  conflict: ['conflict-new', 'listener-lost'],
  finding: ['finding-new'],
}

const CAPTURE_CHOICES: readonly DnsCaptureMode[] = ['both', 'mesh', 'true', 'false']

function kindsNamed(name: string): readonly EffectKind[] {
  const group = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined
  const kinds = group ?? EFFECT_KINDS.filter((kind) => kind === name)
  if (kinds.length > 0) return kinds
  const known = [...Object.keys(GROUPS), ...EFFECT_KINDS]
  const close = nearest(name, known)
  throw new InvalidArgumentError(close ? `Did you mean ${close}?` : `Allowed are ${known.join(', ')}.`)
}

const parseFailOn = (text: string, before: ReadonlySet<EffectKind> = new Set()): ReadonlySet<EffectKind> =>
  new Set([...before, ...text.split(',').flatMap((name) => kindsNamed(name.trim()))])

const QUERY = 'Query options:'
const OUTPUT = 'Output options:'

export const diffOptions = (): Option[] => [
  option('--from-version <version>', 'compare the input under this version of Istio ...', QUERY),
  option('--to-version <version>', '... with the input under this one (default: the newest)', QUERY),
  choiceOption(
    option('--dns-capture <mode>', 'sidecars that capture DNS: both (default), mesh, true or false', QUERY),
    CAPTURE_CHOICES,
  ),
  option('--from-scratch', 'compute both meshes by themselves, not the second as applied over the first', QUERY),
  option('--no-lint', 'leave out the findings of lint', QUERY),
  option(
    '--budget <duration>',
    'how long to search for causes if several changes could be it (default: by the size of the mesh; 0 for no limit)',
    QUERY,
  ).argParser(parseTimeout),
  option('--summary', 'only the number of effects of each change', OUTPUT),
  option('--resources', 'also each resource that differs, path by path', OUTPUT),
  option('--exit-code', 'exit code 1 if proxies get something else', OUTPUT),
  choiceOption(
    option('--fail-on <effects>', 'exit code 1 for these, separated by commas: any, vip-change, ...', OUTPUT),
    [...Object.keys(GROUPS), ...EFFECT_KINDS],
  ).argParser(parseFailOn),
  outputOption(DIFF_FORMATS),
  // The two sides have their own versions.
  ...inputOptions(),
]
