/** Combines the command line and the configuration file of `vipctl lint`. */
import { UserError } from '../../../common/errors.ts'
import {
  type Ignore,
  Location,
  levelsOfRules,
  type SeverityOverrides,
  type StatedLevel,
  statedLevel,
} from '../../../index.ts'
import { findConfig, type LoadedConfig, readConfig } from '../../../input/config/read.ts'
import {
  checkConfigured,
  environmentsOf,
  inputOptionsOf,
  pairsAt,
  Statements,
  stated as statedIn,
  versionOf,
} from '../../config-options.ts'
import { istioVersion } from '../../release.ts'
import type { Session } from '../../session.ts'
import type { ConfigurableOptions } from './options.ts'

export interface LintConfig<O extends ConfigurableOptions> {
  /** The options of the command line, with the file's values for those that are not set. */
  readonly options: O
  readonly severities: SeverityOverrides
  /** Without expired ones. */
  readonly ignores: readonly Ignore[]
  /** The file's name in messages; undefined without one. */
  readonly file: string | undefined
  /** Absolute; the paths of ignores and baselines are relative to it. */
  readonly folder: string
  /** Whether the file decides the input and the proxies; otherwise an unused ignore is not a mistake. */
  readonly isWhole: boolean
  /** The paths of the input that the command line names. */
  readonly named?: readonly string[]
  /** Whether the input is not specified, so that it is the working directory. */
  readonly isImplicit?: boolean
}

/** The file's options, with paths relative to the working directory. */
function optionsOf(
  file: LoadedConfig,
  cwd: string,
  environment: string | undefined,
  isOther: boolean,
): ConfigurableOptions {
  // Inputs of the file do not matter if the command line names others.
  const loaded = isOther ? { ...file, values: { ...file.values, inputs: undefined, render: undefined } } : file
  const { istio, proxies, baseline, failOn, maxWarnings, knownHosts, knownNamespaces, strict, environments } =
    loaded.values
  const own = environment === undefined ? undefined : environments?.[environment]
  const statements = new Statements(loaded, cwd)
  const here = statements.path.bind(statements)
  const stated = {
    ...inputOptionsOf(loaded, cwd, environment, statements),
    fromVersion: own?.istio?.fromVersion ?? istio?.fromVersion,
    dnsCapture: proxies?.dnsCapture === undefined ? undefined : String(proxies.dnsCapture),
    proxy: proxies?.proxy,
    node: proxies?.node && here(proxies.node, 'proxies', 'node'),
    meta: pairsAt(loaded, 'proxies', 'metadata'),
    baseline: baseline && here(baseline, 'baseline'),
    failOn,
    maxWarnings,
    knownHosts,
    knownNamespaces,
    strict,
    configuredRender: (own?.render ?? file.values.render) === true,
  }
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined))
}

/** Repeatable options are combined, with the command line last; of others, the command line's apply. */
function merged<O extends ConfigurableOptions>(file: ConfigurableOptions, flags: O): O {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
  const both = { ...file, ...given } as O
  const joined = {
    istiodEnv: [...(file.istiodEnv ?? []), ...(flags.istiodEnv ?? [])],
    meta: [...(file.meta ?? []), ...(flags.meta ?? [])],
  }
  const isOther = namesInput(flags)
  return {
    ...both,
    ...joined,
    filename: isOther ? flags.filename : file.filename,
    configuredRenders: isOther ? undefined : file.configuredRenders,
    // Additional inputs are for the inputs of the same source.
    remote: isOther || flags.remote ? flags.remote : file.remote,
    // The default must not override the file.
    gitignore: flags.gitignore === false ? false : file.gitignore,
    recursive: flags.recursive ?? (isOther ? undefined : file.recursive),
    // A proxy on the command line replaces the one in the file, whichever option sets it.
    ...((flags.proxy ?? flags.node) !== undefined && { proxy: flags.proxy, node: flags.node }),
  }
}

const namesInput = ({ filename }: ConfigurableOptions): boolean => filename !== undefined && filename.length > 0

function hasExpired({ until }: { readonly until?: string | undefined }, today: string): boolean {
  return until !== undefined && until < today
}

/** The ignores that apply today; expired ones are reported. */
async function ignoresOf({ values, place }: LoadedConfig, session: Session): Promise<readonly Ignore[]> {
  const { ignores = [] } = values
  const today = new Date().toISOString().slice(0, 10)
  const out: Ignore[] = []
  for (const [index, ignore] of ignores.entries()) {
    const { rule = '*', object, path, reason } = ignore
    if (place && hasExpired(ignore, today)) {
      const what = ignoreText({ rule, object, path, reason })
      const message = `the ignore of ${what} expired on ${ignore.until}: its findings are reported again`
      const at = new Location(place, ['ignores', index, 'until']).position()
      await session.report([{ severity: 'warning', message, at }])
    } else out.push({ rule, object, path, reason })
  }
  return out
}

/** `tcp-port-conflict for shop/db in legacy/` */
export function ignoreText({ rule, object, path }: Ignore): string {
  return [rule, ...(object === undefined ? [] : [`for ${object}`]), ...(path === undefined ? [] : [`in ${path}`])].join(
    ' ',
  )
}

async function loadFile(
  { config, trustConfig = false }: ConfigurableOptions,
  session: Session,
): Promise<LoadedConfig | undefined> {
  if (config === false) return undefined
  const path = config ?? (await findConfig(session.io.cwd, session, trustConfig))
  if (path === undefined) return undefined
  const loaded = await readConfig(path, session.io, session, trustConfig)
  if (session.options.verbose) await session.note(`configuration: ${loaded.name}`)
  return loaded
}

/** @throws UserError for an environment beside inputs on the command line */
function checkEnvironment({ env, filename = [] }: ConfigurableOptions): void {
  if (env === undefined || filename.length === 0) return
  throw new UserError('--env and inputs on the command line exclude each other', 'the environment names its inputs')
}

/** A configuration for each environment that is asked for; without --env, one for the whole file. */
export interface EnvironmentConfig<O extends ConfigurableOptions> extends LintConfig<O> {
  /** undefined without --env. */
  readonly environment: string | undefined
}

/**
 * Reads the configuration that the options name, or the nearest one, and overrides it with the options.
 * @returns at least one
 * @throws UserError when it is invalid, after reporting the mistakes with their locations
 */
export async function loadConfigs<O extends ConfigurableOptions>(
  given: O,
  session: Session,
): Promise<readonly [EnvironmentConfig<O>, ...EnvironmentConfig<O>[]]> {
  const { env: asked, ...options } = given
  checkEnvironment(given)
  const flags = (options.rule ?? []).map(([pattern, level]) => statedLevel(pattern, level, '--rule'))
  const loaded = await loadFile(options, session)
  if (asked !== undefined) checkConfigured(loaded, asked)
  if (!loaded) return [{ ...unconfigured(options as O, flags, session), environment: undefined }]
  const ignores = await ignoresOf(loaded, session)
  const names = asked === undefined ? [undefined] : environmentsOf(loaded, asked)
  const [first, ...others] = names.map((name) => ({
    ...configured(loaded, { options: options as O, flags, ignores, environment: name }, session),
    environment: name,
  }))
  return [first as EnvironmentConfig<O>, ...others]
}

function unconfigured<O extends ConfigurableOptions>(
  options: O,
  flags: readonly StatedLevel[],
  { io }: Session,
): LintConfig<O> {
  return {
    options: { ...options, configured: { istio: undefined } },
    severities: levelsOfRules(flags),
    ignores: [],
    file: undefined,
    folder: io.cwd,
    isWhole: false,
  }
}

/** The command line, and what of the file is the same for all environments. */
interface Common<O> {
  readonly options: O
  readonly flags: readonly StatedLevel[]
  readonly ignores: readonly Ignore[]
  readonly environment: string | undefined
}

/** @throws UserError when the version of the file is unknown, and the command line does not replace it */
function checkFromVersion(loaded: LoadedConfig, { options, environment }: Common<ConfigurableOptions>): void {
  if (options.fromVersion !== undefined) return
  const key = ['istio', 'fromVersion']
  const found = statedIn(loaded, ...(environment === undefined ? [] : [['environments', environment, ...key]]), key)
  if (found) istioVersion(found.text, found.where)
}

function configured<O extends ConfigurableOptions>(
  loaded: LoadedConfig,
  common: Common<O>,
  { io: { cwd } }: Session,
): LintConfig<O> {
  const { options, flags, ignores, environment } = common
  checkFromVersion(loaded, common)
  const { values, name, folder } = loaded
  const levels = Object.entries(values.rules ?? {}).map(([pattern, level]) => [pattern, level || 'off'] as const)
  const one = options.proxy ?? options.node ?? options.dnsCapture
  const namesInputs = values.inputs !== undefined || Array.isArray(values.render)
  const namesAll = environment === undefined && namesInputs && !namesInput(options)
  return {
    options: {
      ...merged(optionsOf(loaded, cwd, environment, namesInput(options)), options),
      configured: { istio: versionOf(loaded, environment) },
    },
    severities: new Map([...levelsOfRules(levels), ...levelsOfRules(flags)]),
    ignores,
    file: name,
    folder,
    isWhole: namesAll && one === undefined && flags.length === 0,
  }
}
