/** What programs add to the inputs of a configuration, and whether they may run. */
import { relative, resolve, sep } from 'node:path'
import { UserError } from '../common/errors.ts'
import { parseGoBool } from '../common/go-bool.ts'
import {
  type DocumentPlace,
  isMapping,
  type JsonValue,
  Location,
  type PathStep,
  readValue,
  type SourceProblem,
  valueAt,
} from '../index.ts'
import { checkNamed, type LoadedConfig } from '../input/config/read.ts'
import type { ConfigFile } from '../input/config/schema.ts'
import { commandLines, shownCommand } from '../input/render/command-lines.ts'
import { ALLOWING, PERMISSION_HINT } from '../input/render/words.ts'
import { type ConfiguredRenders, hasRenders, type RenderedInput, type RenderRequest } from '../input/request.ts'
import type { InputOptions } from './input-options.ts'
import type { Session } from './session.ts'

type Render = ConfigFile['render']
type Entry = Extract<Render, readonly unknown[]>[number]

/** Longer commands are cut in the names of what they print. */
const LONGEST_NAME = 60

const shortened = (text: string): string => (text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text)

/** Reads the entries of a list. */
class EntryReader {
  readonly #loaded: LoadedConfig
  readonly #cwd: string
  readonly #names = new Map<string, number>()

  constructor(loaded: LoadedConfig, cwd: string) {
    this.#loaded = loaded
    this.#cwd = cwd
  }

  /** @throws UserError when the configuration may not name the path */
  #path(path: string, keys: readonly PathStep[]): string {
    checkNamed(this.#loaded, path, keys)
    return resolve(this.#loaded.folder, path)
  }

  /** A name for messages, which tells inputs of the same folder or command apart. */
  #name(name: string, releaseName: string | undefined): string {
    const whole = releaseName === undefined ? name : `${name}, ${releaseName}`
    const count = (this.#names.get(whole) ?? 0) + 1
    this.#names.set(whole, count)
    return count === 1 ? whole : `${whole}, ${count}`
  }

  /** @param keys where in the file the entry is */
  read(
    { helm, values = [], releaseName, kustomize, command, namespace }: Entry,
    keys: readonly PathStep[],
  ): RenderedInput {
    const { folder, place } = this.#loaded
    const base = { at: new Location(place as DocumentPlace, keys), folder, namespace }
    if (helm === undefined && kustomize === undefined) {
      const words = command as [string, ...string[]]
      return { ...base, tool: 'command', name: this.#name(shortened(shownCommand(words)), undefined), command: words }
    }
    const key = helm === undefined ? 'kustomize' : 'helm'
    const path = this.#path((helm ?? kustomize) as string, [...keys, key])
    const name = this.#name(relative(this.#cwd, path) || '.', releaseName)
    if (key === 'kustomize') return { ...base, tool: key, name, path }
    const files = [values].flat().map((each, index) => {
      return this.#path(each, [...keys, 'values', ...(Array.isArray(values) ? [index] : [])])
    })
    return { ...base, tool: key, name, path, values: files, set: this.#set(keys), releaseName }
  }

  /** As written: a key may be `__proto__`. */
  #set(keys: readonly PathStep[]): readonly (readonly [string, JsonValue])[] {
    const { place } = this.#loaded
    const value = valueAt(place && readValue(place), [...keys, 'set'])
    return isMapping(value) ? Object.entries(value) : []
  }
}

/**
 * What the key `render` of a configuration, or of one of its environments, adds to the inputs.
 * @param keys where in the file the key is
 * @returns undefined if the key is absent; if it is `true` or `false`, the result has no inputs
 * @throws UserError when the configuration may not name a path
 */
export function rendersAt(
  render: Render,
  loaded: LoadedConfig,
  cwd: string,
  keys: readonly PathStep[],
): ConfiguredRenders | undefined {
  if (render === undefined) return undefined
  const reader = new EntryReader(loaded, cwd)
  const entries = Array.isArray(render) ? render : []
  const inputs = entries.map((entry, index) => reader.read(entry, [...keys, 'render', index]))
  return { inputs, root: loaded.root, configuration: resolve(cwd, loaded.name) }
}

/** Whether the user lets a configuration start programs. */
export const mayRender = ({ allowRender }: InputOptions, { io }: Session): boolean =>
  allowRender ?? parseGoBool(io.env[ALLOWING] ?? '') ?? false

/** What would run, with paths as the configuration writes them. */
function shownRun(input: RenderedInput, namespace: string | undefined): string {
  const [{ program, args }] = commandLines(input, namespace)
  return shownCommand([program, ...args].map((word) => word.replaceAll(input.folder + sep, '')))
}

const refusals = (
  { inputs }: ConfiguredRenders,
  namespace: string | undefined,
  severity: SourceProblem['severity'],
): readonly SourceProblem[] =>
  inputs.map((input) => ({
    severity,
    message: `not run without permission: ${shownRun(input, namespace)}`,
    at: input.at.position(),
  }))

/**
 * What programs add to the input, if the user allows them to run.
 * @throws UserError if the user does not, because the mesh would lack a part
 */
export async function renderRequest(options: InputOptions, session: Session): Promise<RenderRequest | undefined> {
  const { configuredRenders, useKube = false, base, namespace } = options
  if (!hasRenders(configuredRenders)) return undefined
  if (mayRender(options, session)) return { ...configuredRenders, over: useKube || base !== undefined }
  await session.report(refusals(configuredRenders, namespace, 'error'))
  throw new UserError(
    'a part of the input is not rendered, so nothing is computed: a repository alone does not decide that programs run',
    PERMISSION_HINT,
  )
}

/** The options without what may not run, for a program that shows what is left of the mesh. */
export async function withoutForbidden<O extends InputOptions>(options: O, session: Session): Promise<O> {
  const { configuredRenders, namespace } = options
  if (!configuredRenders || mayRender(options, session)) return options
  await session.report(refusals(configuredRenders, namespace, 'warning'))
  return { ...options, configuredRenders: { ...configuredRenders, inputs: [] } }
}
