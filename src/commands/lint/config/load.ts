/** Combines the command line and the configuration file of `vipctl lint`. */
import { relative, resolve } from 'node:path'
import { UserError } from '../../../common/errors.ts'
import {
  type Ignore,
  isMapping,
  type JsonValue,
  RULE_IDS,
  type RuleId,
  readValue,
  rulesMatching,
  SEVERITIES,
  type Severity,
  type SeverityOverrides,
  unknownRuleHint,
} from '../../../index.ts'
import { findConfig, type LoadedConfig, readConfig } from '../../../input/config/read.ts'
import type { ConfigFile } from '../../../input/config/schema.ts'
import type { ConfiguredVersion } from '../../../input/config/version.ts'
import type { Session } from '../../session.ts'
import type { Pair } from '../../values.ts'
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
  /** Whether the input is not specified, so that it is the working directory. */
  readonly isImplicit?: boolean
}

type Level = Severity | 'off'

const LEVELS: readonly Level[] = [...SEVERITIES, 'off']

const isLevel = (text: string): text is Level => LEVELS.some((level) => level === text)

/** @throws UserError for a rule or severity that does not exist */
function levelOfFlag([pattern, level]: Pair): readonly [pattern: string, level: Level] {
  if (rulesMatching(pattern).length === 0) {
    throw new UserError(`--rule ${pattern}: there is no such rule`, unknownRuleHint(pattern))
  }
  if (!isLevel(level)) {
    throw new UserError(
      `--rule ${pattern}: ${JSON.stringify(level)} is not a severity`,
      `allowed are ${LEVELS.join(', ')}`,
    )
  }
  return [pattern, level]
}

/** The severities of rules: names override patterns, later ones override earlier ones. */
function severitiesOf(levels: readonly (readonly [pattern: string, level: Level])[]): Map<RuleId, Level> {
  const isName = (pattern: string): boolean => RULE_IDS.some((id) => id === pattern)
  const inOrder = [...levels.filter(([pattern]) => !isName(pattern)), ...levels.filter(([pattern]) => isName(pattern))]
  const out = new Map<RuleId, Level>()
  for (const [pattern, level] of inOrder) {
    const matching = new Set(rulesMatching(pattern))
    for (const id of RULE_IDS) if (matching.has(id)) out.set(id, level)
  }
  return out
}

/** Entries of a mapping as written: a key may be `__proto__`. */
function entriesOf(value: JsonValue | undefined): readonly Pair[] {
  return isMapping(value) ? Object.entries(value).map(([key, item]) => [key, String(item)] as const) : []
}

function ownMapping(value: JsonValue | undefined, ...keys: readonly string[]): JsonValue | undefined {
  let found = value
  for (const key of keys) found = isMapping(found) && Object.hasOwn(found, key) ? found[key] : undefined
  return found
}

/** The file's options, with paths relative to the working directory. */
function optionsOf({ values, name, folder, place }: LoadedConfig, cwd: string): ConfigurableOptions {
  const {
    inputs,
    recursive,
    exclude = [],
    gitignore,
    clusterId,
    namespace,
    assume,
    istio,
    proxies,
    baseline,
    failOn,
    maxWarnings,
    knownHosts,
    knownNamespaces,
    strict,
  } = values
  const raw = place && readValue(place)
  const here = (path: string): string => relative(cwd, resolve(folder, path)) || '.'
  const pairs = (...keys: readonly string[]): readonly Pair[] => entriesOf(ownMapping(raw, ...keys))
  const stated = {
    filename: inputs === undefined ? undefined : [inputs].flat().map(here),
    recursive,
    excludedByConfig: [exclude].flat().map((pattern) => ({ pattern, folder, source: name })),
    gitignore,
    remote: pairs('remotes').map(([id, path]): Pair => [id, here(path)]),
    clusterId,
    namespace,
    assume: assume === undefined ? undefined : [assume].flat().join(','),
    meshConfig: istio?.meshConfig === undefined ? undefined : here(istio.meshConfig),
    fromVersion: istio?.fromVersion,
    istiodEnv: pairs('istio', 'env'),
    dnsCapture: proxies?.dnsCapture === undefined ? undefined : String(proxies.dnsCapture),
    proxy: proxies?.proxy,
    node: proxies?.node === undefined ? undefined : here(proxies.node),
    meta: pairs('proxies', 'metadata'),
    baseline: baseline === undefined ? undefined : here(baseline),
    failOn,
    maxWarnings,
    knownHosts,
    knownNamespaces,
    strict,
  }
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined))
}

/** Used when neither the command line nor the input states a version. */
function versionOf({ values, name }: LoadedConfig): ConfiguredVersion | undefined {
  const text = values.istio?.version
  return text === undefined ? undefined : { text, file: name }
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
async function ignoresOf({ ignores = [] }: ConfigFile, name: string, session: Session): Promise<readonly Ignore[]> {
  const today = new Date().toISOString().slice(0, 10)
  const out: Ignore[] = []
  for (const ignore of ignores) {
    const { rule = '*', object, path, reason } = ignore
    if (hasExpired(ignore, today)) {
      const what = ignoreText({ rule, object, path, reason })
      await session.warn(`${name}: the ignore of ${what} expired on ${ignore.until}: its findings are reported again`)
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

async function loadFile({ config }: ConfigurableOptions, session: Session): Promise<LoadedConfig | undefined> {
  if (config === false) return undefined
  const path = config ?? findConfig(session.io.cwd)
  if (path === undefined) return undefined
  const loaded = await readConfig(path, session.io, session)
  if (session.options.verbose) await session.note(`configuration: ${loaded.name}`)
  return loaded
}

/**
 * Reads the configuration that the options name, or the nearest one, and overrides it with the options.
 * @throws UserError when it is invalid, after reporting the mistakes with their locations
 */
export async function loadConfig<O extends ConfigurableOptions>(options: O, session: Session): Promise<LintConfig<O>> {
  const { cwd } = session.io
  const flags = (options.rule ?? []).map(levelOfFlag)
  const loaded = await loadFile(options, session)
  if (!loaded) {
    const configured = { istio: undefined }
    return {
      options: { ...options, configured },
      severities: severitiesOf(flags),
      ignores: [],
      file: undefined,
      folder: cwd,
      isWhole: false,
    }
  }
  const { values, name, folder } = loaded
  const levels = Object.entries(values.rules ?? {}).map(([pattern, level]) => [pattern, level || 'off'] as const)
  const one = options.proxy ?? options.node ?? options.dnsCapture
  return {
    options: { ...merged(optionsOf(loaded, cwd), options), configured: { istio: versionOf(loaded) } },
    severities: new Map([...severitiesOf(levels), ...severitiesOf(flags)]),
    ignores: await ignoresOf(values, name, session),
    file: name,
    folder,
    isWhole: values.inputs !== undefined && !namesInput(options) && one === undefined && flags.length === 0,
  }
}
