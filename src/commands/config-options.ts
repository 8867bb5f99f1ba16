/** What a configuration file, or one of its environments, states about the input, as options of the command line. */
import { relative, resolve } from 'node:path'
import { UserError } from '../common/errors.ts'
import { nearest } from '../common/nearest.ts'
import { isMapping, type JsonValue, type PathStep, readValue, valueAt } from '../index.ts'
import { checkNamed, findConfig, type LoadedConfig, readConfig } from '../input/config/read.ts'
import type { ConfigFile } from '../input/config/schema.ts'
import type { ConfiguredVersion } from '../input/config/version.ts'
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

/**
 * A path of the file, relative to the working directory. It takes the path and the keys that lead to it, and throws
 * UserError when the file may not name the path.
 */
export const pathFrom =
  (loaded: LoadedConfig, cwd: string) =>
  (path: string, ...keys: readonly PathStep[]): string => {
    checkNamed(loaded, path, keys)
    return relative(cwd, resolve(loaded.folder, path)) || '.'
  }

/** @param keys where in the file the values are */
function optionsAt(
  values: InputValues,
  loaded: LoadedConfig,
  cwd: string,
  keys: readonly string[],
): Partial<InputOptions> {
  const { inputs, render, recursive, exclude = [], gitignore, clusterId, namespace, assume, istio } = values
  const { folder, name } = loaded
  const here = pathFrom(loaded, cwd)
  const stated = {
    filename: Array.isArray(inputs)
      ? inputs.map((path, index) => here(path, ...keys, 'inputs', index))
      : inputs && [here(inputs, ...keys, 'inputs')],
    configuredRenders: rendersAt(render, loaded, cwd, keys),
    recursive,
    excludedByConfig: [exclude].flat().map((pattern) => ({ pattern, folder, source: name })),
    gitignore,
    remote: pairsAt(loaded, ...keys, 'remotes').map(([id, path]): Pair => [id, here(path, ...keys, 'remotes', id)]),
    clusterId,
    namespace,
    assume: assume === undefined ? undefined : [assume].flat().join(','),
    meshConfig: istio?.meshConfig && here(istio.meshConfig, ...keys, 'istio', 'meshConfig'),
    istiodEnv: pairsAt(loaded, ...keys, 'istio', 'env'),
  }
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined))
}

/** The options of a file: those of the environment override the others. */
export function inputOptionsOf(
  loaded: LoadedConfig,
  cwd: string,
  environment: string | undefined,
): Partial<InputOptions> {
  const own = optionsAt(loaded.values, loaded, cwd, [])
  const values = environment === undefined ? undefined : loaded.values.environments?.[environment]
  if (!values || environment === undefined) return own
  const keys = ['environments', environment]
  const over = optionsAt(values, loaded, cwd, keys)
  const { meshConfig } = values
  return {
    ...own,
    ...over,
    ...(meshConfig !== undefined && { meshConfig: pathFrom(loaded, cwd)(meshConfig, ...keys, 'meshConfig') }),
    excludedByConfig: [...(own.excludedByConfig ?? []), ...(over.excludedByConfig ?? [])],
    istiodEnv: [...(own.istiodEnv ?? []), ...(over.istiodEnv ?? [])],
  }
}

/** The version in the file, used when neither the command line nor the input states one. */
export function versionOf({ values, name }: LoadedConfig, environment?: string): ConfiguredVersion | undefined {
  const own = environment === undefined ? undefined : values.environments?.[environment]
  const text = own?.istioVersion ?? own?.istio?.version ?? values.istio?.version
  return text === undefined ? undefined : { text, file: name }
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
    configured: { istio: versionOf(loaded, environment) },
  }
}
