/** What a configuration file, or one of its environments, states about the input, as options of the command line. */
import { relative, resolve } from 'node:path'
import { UserError } from '../common/errors.ts'
import { nearest } from '../common/nearest.ts'
import { isMapping, type JsonValue, Location, type PathStep, readValue, valueAt } from '../index.ts'
import { checkNamed, findConfig, type LoadedConfig, readConfig } from '../input/config/read.ts'
import type { ConfigFile } from '../input/config/schema.ts'
import { type ConfiguredVersion, VERSION_KEY } from '../input/config/version.ts'
import type { InputOptions } from './input-options.ts'
import { rendersAt } from './renders.ts'
import type { Session } from './session.ts'
import type { Pair } from './values.ts'

/** The name that stands for every environment. */
const ALL_ENVIRONMENTS = 'all'

type InputValues = Pick<
  ConfigFile,
  'inputs' | 'render' | 'recursive' | 'exclude' | 'gitignore' | 'clusterId' | 'namespace' | 'assume' | 'istio'
>

/** Entries of a mapping as written: a key may be `__proto__`. */
function entriesOf(value: JsonValue | undefined): readonly Pair[] {
  return isMapping(value) ? Object.entries(value).map(([key, item]) => [key, String(item)] as const) : []
}

/** The pairs of a mapping in the file, such as `proxies.metadata`. */
export const pairsAt = ({ place }: LoadedConfig, ...keys: readonly string[]): readonly Pair[] =>
  entriesOf(valueAt(place && readValue(place), keys))

/** Takes note of what the file states where. */
export class Statements {
  readonly #loaded: LoadedConfig
  readonly #cwd: string
  readonly at = new Map<string, Location>()

  /** @param cwd paths are relative to it */
  constructor(loaded: LoadedConfig, cwd: string) {
    this.#loaded = loaded
    this.#cwd = cwd
  }

  /** @param statement an option with its value */
  note(statement: string, ...keys: readonly PathStep[]): void {
    const { place } = this.#loaded
    if (place) this.at.set(statement, new Location(place, keys))
  }

  /**
   * A path of the file, relative to the working directory.
   * @param keys where in the file the path is
   * @throws UserError when the file may not name the path
   */
  path(path: string, ...keys: readonly PathStep[]): string {
    checkNamed(this.#loaded, path, keys)
    const named = relative(this.#cwd, resolve(this.#loaded.folder, path)) || '.'
    this.note(named, ...keys)
    return named
  }
}

/** @param keys where in the file the values are */
function optionsAt(
  values: InputValues,
  loaded: LoadedConfig,
  cwd: string,
  keys: readonly string[],
  statements: Statements,
): Partial<InputOptions> {
  const { inputs, render, recursive, exclude = [], gitignore, clusterId, namespace, assume, istio } = values
  const { folder, name } = loaded
  const here = statements.path.bind(statements)
  const remote = pairsAt(loaded, ...keys, 'remotes')
  for (const [id] of remote) statements.note(`--remote ${id}`, ...keys, 'remotes', id)
  const istiodEnv = pairsAt(loaded, ...keys, 'istio', 'env')
  for (const [variable] of istiodEnv) statements.note(`--istiod-env ${variable}`, ...keys, 'istio', 'env', variable)
  const stated = {
    filename: Array.isArray(inputs)
      ? inputs.map((path, index) => here(path, ...keys, 'inputs', index))
      : inputs && [here(inputs, ...keys, 'inputs')],
    configuredRenders: rendersAt(render, loaded, cwd, keys),
    recursive,
    excludedByConfig: [exclude].flat().map((pattern) => ({ pattern, folder, source: name })),
    gitignore,
    remote: remote.map(([id, path]): Pair => [id, here(path, ...keys, 'remotes', id)]),
    clusterId,
    namespace,
    assume: assume === undefined ? undefined : [assume].flat().join(','),
    meshConfig: istio?.meshConfig && here(istio.meshConfig, ...keys, 'istio', 'meshConfig'),
    istiodEnv,
  }
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined))
}

/** The options of a file: those of the environment override the others. */
export function inputOptionsOf(
  loaded: LoadedConfig,
  cwd: string,
  environment: string | undefined,
  statements: Statements = new Statements(loaded, cwd),
): Partial<InputOptions> {
  const own = { ...optionsAt(loaded.values, loaded, cwd, [], statements), statedAt: statements.at }
  const values = environment === undefined ? undefined : loaded.values.environments?.[environment]
  if (!values || environment === undefined) return own
  const keys = ['environments', environment]
  const over = optionsAt(values, loaded, cwd, keys, statements)
  const { meshConfig } = values
  return {
    ...own,
    ...over,
    ...(meshConfig !== undefined && { meshConfig: statements.path(meshConfig, ...keys, 'meshConfig') }),
    excludedByConfig: [...(own.excludedByConfig ?? []), ...(over.excludedByConfig ?? [])],
    istiodEnv: [...(own.istiodEnv ?? []), ...(over.istiodEnv ?? [])],
  }
}

/** The version in the file, used when neither the command line nor the input states one. */
export function versionOf(loaded: LoadedConfig, environment?: string): ConfiguredVersion | undefined {
  const own = environment === undefined ? [] : ['environments', environment]
  const found = stated(loaded, [...own, 'istioVersion'], [...own, 'istio', 'version'], VERSION_KEY)
  return found && { ...found, file: loaded.name }
}

/** The first of several keys that the file has: its text, and how messages name it. */
export function stated(
  { place }: LoadedConfig,
  ...keys: readonly (readonly string[])[]
): { readonly text: string; readonly where: string } | undefined {
  if (!place) return undefined
  const values = readValue(place)
  const path = keys.find((each) => typeof valueAt(values, each) === 'string')
  return path && { text: String(valueAt(values, path)), where: `${new Location(place, path)}: ${path.join('.')}` }
}

/**
 * The environments that are asked for, in the order of the file.
 * @throws UserError when the configuration does not have the environment
 */
export function environmentsOf({ values, name }: LoadedConfig, asked: string): readonly string[] {
  const known = Object.keys(values.environments ?? {})
  if (asked === ALL_ENVIRONMENTS && known.length > 0) return known
  if (known.includes(asked)) return [asked]
  const close = nearest(asked, known)
  const some = known.length === 0 ? 'its key `environments` names them' : `it has ${known.slice(0, 10).join(', ')}`
  throw new UserError(
    `--env ${asked}: ${name} has no such environment`,
    close === undefined ? some : `did you mean ${close}?`,
  )
}

/** @throws UserError when no configuration is found */
export function checkConfigured(loaded: LoadedConfig | undefined, asked: string): asserts loaded is LoadedConfig {
  if (loaded) return
  throw new UserError(`--env ${asked}: there is no .vipctl.yaml here or above`, 'its key `environments` names them')
}

/**
 * The options of a command with the inputs of the environment that they name. lint has replaced them already.
 * @throws UserError when the configuration does not have the environment, or when the command line names inputs too
 */
export async function withEnvironment(options: InputOptions, session: Session): Promise<InputOptions> {
  const { env: asked, filename = [] } = options
  if (asked === undefined) return options
  if (filename.length > 0) {
    throw new UserError('--env and inputs on the command line exclude each other', 'the environment names its inputs')
  }
  if (asked === ALL_ENVIRONMENTS) throw new UserError('--env all is for lint and lsp', 'name one environment')
  const { cwd } = session.io
  const { trustConfig = false } = options
  const path = await findConfig(cwd, session, trustConfig)
  const loaded = path === undefined ? undefined : await readConfig(path, session.io, session, trustConfig)
  checkConfigured(loaded, asked)
  const [environment] = environmentsOf(loaded, asked)
  const file = inputOptionsOf(loaded, cwd, environment)
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return {
    ...file,
    ...given,
    filename: file.filename,
    recursive: options.recursive ?? file.recursive ?? true,
    gitignore: options.gitignore === false ? false : file.gitignore,
    istiodEnv: [...(file.istiodEnv ?? []), ...(options.istiodEnv ?? [])],
    configured: { istio: versionOf(loaded, environment), path: resolve(cwd, loaded.name) },
  }
}
