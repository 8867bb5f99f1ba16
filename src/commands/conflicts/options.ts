import { InvalidArgumentError, type Option } from 'commander'
import { FIX_KINDS, type FixKind } from '../../index.ts'
import { choiceOption, option, outputOption, pathOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { type MarkOptions, onlyChangesOption } from '../overlay-options.ts'
import { choice, parsePort } from '../values.ts'
import { type WatchOptions, watchOption } from '../watch/options.ts'

export interface ConflictsOptions extends ProxyOptions, MarkOptions, WatchOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  /** Empty for none. */
  readonly fix?: readonly FixKind[]
  /** A folder. */
  readonly fixOut?: string
  readonly allNamespaces?: boolean
  /** Of listeners and services. */
  readonly port?: number
}

const NONE = 'none'

/** Kinds in order of preference; `none` stands alone. */
function parseFixKinds(text: string): readonly FixKind[] {
  const parse = choice([...FIX_KINDS, NONE])
  const kinds = [...new Set(text.split(',').map((kind) => parse(kind.trim())))]
  const found = kinds.filter((kind) => kind !== NONE)
  if (found.length > 0 && found.length < kinds.length) throw new InvalidArgumentError(`"${NONE}" excludes other kinds.`)
  return found
}

const FIXES = 'Fix options:'

export const conflictsOptions = (): Option[] => [
  choiceOption(
    option('--fix <kinds>', `fixes to look for, separated by commas: ${FIX_KINDS.join(', ')}; or none`, FIXES),
    [...FIX_KINDS, NONE],
  ).argParser(parseFixKinds),
  pathOption(option('--fix-out <dir>', 'write the manifests with the first fix of each conflict applied', FIXES)),
  option('--port <port>', 'only this port', 'Query options:').argParser(parsePort),
  option('-A, --all-namespaces', 'for a synthetic sidecar in every namespace', 'Proxy options:'),
  outputOption(['text', 'json', 'yaml']),
  onlyChangesOption(),
  watchOption(),
  ...inputOptions(),
]
