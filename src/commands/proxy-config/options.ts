/** The flags of `proxy-config`, and the subcommands that accept them. */
import { InvalidArgumentError, type Option } from 'commander'
import { SUBCOMMANDS, type Subcommand } from '../../answers/proxy-config/subcommands.ts'
import { UserError } from '../../common/errors.ts'
import { parseGoBool } from '../../common/go-bool.ts'
import { nearest } from '../../common/nearest.ts'
import { option, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { parseFilterPort } from '../values.ts'
import { type WithoutOptions, withoutOption } from '../without.ts'

export interface ProxyConfigOptions extends ProxyOptions, WithoutOptions {
  readonly output?: 'short' | 'json' | 'yaml'
  readonly explain?: boolean
  readonly withHeaders?: boolean
  readonly address?: string
  readonly port?: number
  readonly type?: string
  readonly fqdn?: string
  readonly direction?: string
  readonly subset?: string
  readonly cluster?: string
  readonly status?: string
  /** The name of a route configuration. */
  readonly name?: string
}

/** istioctl's other names. */
const ALIASES: ReadonlyMap<string, Subcommand> = new Map([
  ['listener', 'listeners'],
  ['l', 'listeners'],
  ['cluster', 'clusters'],
  ['c', 'clusters'],
  ['endpoint', 'endpoints'],
  ['ep', 'endpoints'],
  ['route', 'routes'],
  ['r', 'routes'],
  ['a', 'all'],
])

type Filter =
  | 'address'
  | 'port'
  | 'type'
  | 'fqdn'
  | 'direction'
  | 'subset'
  | 'cluster'
  | 'status'
  | 'name'
  | 'withHeaders'

/** Each flag and the subcommands that accept it. */
const FLAGS: Readonly<Record<Filter, readonly [flag: string, takenBy: readonly Subcommand[]]>> = {
  address: ['--address', ['listeners', 'endpoints', 'all']],
  port: ['--port', ['listeners', 'clusters', 'endpoints', 'all']],
  type: ['--type', ['listeners', 'all']],
  fqdn: ['--fqdn', ['clusters', 'all']],
  direction: ['--direction', ['clusters', 'all']],
  subset: ['--subset', ['clusters', 'all']],
  cluster: ['--cluster', ['endpoints']],
  status: ['--status', ['endpoints']],
  name: ['--name', ['routes', 'all']],
  withHeaders: ['--with-headers', ['all']],
}

/** @throws UserError for an unknown word */
export function parseSubcommand(word: string): Subcommand {
  const subcommand = SUBCOMMANDS.find((name) => name === word) ?? ALIASES.get(word)
  if (subcommand) return subcommand
  const close = nearest(word, [...SUBCOMMANDS, ...ALIASES.keys()])
  throw new UserError(
    `proxy-config has no view ${JSON.stringify(word.slice(0, 60))}`,
    close ? `did you mean ${close}?` : `views are ${SUBCOMMANDS.join(', ')}`,
  )
}

/** @throws UserError when the subcommand does not accept a flag */
export function checkFlags(subcommand: Subcommand, options: ProxyConfigOptions): void {
  for (const [name, [flag, takenBy]] of Object.entries(FLAGS)) {
    if (options[name as Filter] === undefined || takenBy.includes(subcommand)) continue
    throw new UserError(`${flag} does not apply to ${subcommand}`, `it is for ${takenBy.join(', ')}`)
  }
  if (options.explain && options.output !== undefined && options.output !== 'short') {
    throw new UserError(`--explain does not apply to -o ${options.output}`, 'it adds to the table')
  }
}

/** A boolean in Go's notation, as in `--verbose=false`. */
function parseBoolean(text: string): boolean {
  const value = parseGoBool(text)
  if (value === undefined) throw new InvalidArgumentError('Allowed are true and false, as in --verbose=false.')
  return value
}

const FILTERS = 'Filters (as in istioctl):'
const OUTPUT = 'Output options:'

export const proxyConfigOptions = (): Option[] => [
  option('--address <address>', 'listeners, endpoints: with this address', FILTERS),
  option('--port <port>', 'listeners, clusters, endpoints: with this port', FILTERS).argParser(parseFilterPort),
  option('--type <type>', 'listeners: HTTP, TCP, HTTP+TCP or UNKNOWN', FILTERS),
  option('--fqdn <text>', 'clusters: whose name contains this', FILTERS),
  option('--direction <direction>', 'clusters: inbound or outbound', FILTERS),
  option('--subset <text>', 'clusters: whose subset contains this', FILTERS),
  option('--cluster <name>', 'endpoints: of this cluster', FILTERS),
  option('--status <status>', 'endpoints: healthy, unhealthy or draining', FILTERS),
  option('--name <name>', 'routes: with this name', FILTERS),
  withoutOption(),
  outputOption(['short', 'json', 'yaml']),
  option('--explain', 'add the source of each row; for one listener or cluster, explain it', OUTPUT),
  option('--with-headers', 'all: a title above each part', OUTPUT),
  option(
    '--verbose [boolean]',
    'filter chains and routes (default), with =false only listeners and route configurations; ' +
      'if given, also every warning',
    OUTPUT,
  ).argParser(parseBoolean),
  ...inputOptions(),
]
