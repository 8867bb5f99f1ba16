/** Settings in the values of Istio's charts (manifests/charts/istio-control/istio-discovery). */
import { type IstioVersion, parseIstioVersion } from '../../../releases/version.ts'
import type { JsonValue, PathStep } from '../../../sources/document.ts'
import type { Location } from '../../../sources/location.ts'
import { fieldAt, isMapping, valueAt } from '../../../sources/mapping.ts'
import { fixedLayer, type Layer, mergeLayers, within } from './layer.ts'
import { profileLayer } from './profiles.ts'

/** A variable of istiod's environment. */
export interface Variable {
  readonly value: string
  readonly location: Location
}

/** What values state. */
export interface ChartSettings {
  readonly version: IstioVersion | undefined
  readonly revision: string | undefined
  /** A MeshConfig. */
  readonly mesh: Layer | undefined
  /** A MeshNetworks. */
  readonly networks: Layer | undefined
  readonly env: ReadonlyMap<string, Variable>
  readonly compatibility: IstioVersion | undefined
}

/** The name of istiod's chart, and of its values in a chart that includes it. */
export const ISTIOD_CHART = 'istiod'

/** Where the values have the version of Istio, best first. */
const VERSION_PATHS: readonly (readonly PathStep[])[] = [['pilot', 'tag'], ['global', 'tag'], ['tag']]

function textAt(values: Layer, ...path: readonly PathStep[]): string | undefined {
  const value = within(values, ...path)?.value
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The value at the first of these paths that is a version. */
export function versionAt(values: Layer, paths: readonly (readonly PathStep[])[]): IstioVersion | undefined {
  for (const path of paths) {
    const version = parseIstioVersion(textAt(values, ...path) ?? '')
    if (version) return version
  }
  return undefined
}

/** What the chart's template makes of `global` (templates/configmap.yaml). */
function meshOfGlobal(values: Layer): Layer | undefined {
  const meshId = within(values, 'global', 'meshID')
  const root = within(values, 'global', 'istioNamespace')
  return mergeLayers(
    meshId && fixedLayer({ defaultConfig: { meshId: meshId.value } }, meshId.at([])),
    root && fixedLayer({ rootNamespace: root.value }, root.at([])),
  )
}

/** @param networks the networks by name */
function meshNetworks(networks: Layer | undefined): Layer | undefined {
  if (!networks || !isMapping(networks.value)) return undefined
  const { value, at } = networks
  return { value: { networks: value }, at: (path) => at(path.slice(1)) }
}

/** The environment in a mapping of names to values, and in a list of `{name, value}`. */
export function environmentIn(...layers: readonly (Layer | undefined)[]): Map<string, Variable> {
  const env = new Map<string, Variable>()
  const add = (name: unknown, value: JsonValue | undefined, location: Location): void => {
    // An empty value means the default to istiod.
    if (typeof name !== 'string' || value === undefined || value === null || typeof value === 'object') return
    if (value !== '') env.set(name, { value: String(value), location })
  }
  for (const layer of layers) {
    if (!layer) continue
    const { value, at } = layer
    if (isMapping(value)) for (const name of Object.keys(value)) add(name, value[name], at([name]))
    else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        if (isMapping(item)) add(item.name, item.value, at([index, 'value']))
      })
    }
  }
  return env
}

/** Whether values are for istiod's chart, judging by settings that only this chart has. */
const haveIstiodSettings = (values: JsonValue | undefined): boolean =>
  isMapping(fieldAt(values, 'meshConfig')) || isMapping(valueAt(values, ['pilot', 'env']))

/** Whether values are for istiod's chart, or for one that includes it. */
export const areForIstiod = (values: JsonValue): boolean =>
  haveIstiodSettings(values) || haveIstiodSettings(fieldAt(values, ISTIOD_CHART))

/**
 * The settings in values.
 * @param isIstiod whether they are known to be for istiod's chart; otherwise their settings decide
 * @returns undefined when they are for other charts
 */
export function settingsOfValues(given: Layer, isIstiod: boolean): ChartSettings | undefined {
  if (!isMapping(given.value)) return undefined
  if (!isIstiod && !areForIstiod(given.value)) return undefined
  const own = within(given, ISTIOD_CHART)
  const part = own && haveIstiodSettings(own.value) ? own : undefined
  const stated = mergeLayers(given, part) as Layer
  const profile = within(stated, 'profile') ?? within(stated, 'global', 'profile')
  const values = mergeLayers(profileLayer(profile), stated) as Layer
  const mesh = mergeLayers(meshOfGlobal(values), within(values, 'meshConfig'))
  return {
    version: versionAt(values, VERSION_PATHS),
    revision: textAt(values, 'revision'),
    // Without settings, the chart installs the defaults.
    mesh: mesh ?? fixedLayer({}, given.at([])),
    networks: meshNetworks(within(values, 'global', 'meshNetworks')),
    env: environmentIn(within(values, 'pilot', 'env'), within(part ?? given, 'env')),
    compatibility: versionAt(values, [['compatibilityVersion']]),
  }
}
