/** Everything besides istiod's own ConfigMap and Deployment that states how Istio is installed. */
import { groupOf } from '../../../kinds/lookup.ts'
import { ISTIO_OPERATOR, SAIL_ISTIO, SAIL_ISTIO_REVISION } from '../../../kinds/unmodelled/operators.ts'
import { parseIstioVersion } from '../../../releases/version.ts'
import type { JsonValue, SourceProblem } from '../../../sources/document.ts'
import type { Location } from '../../../sources/location.ts'
import { fieldAt, isMapping, valueAt } from '../../../sources/mapping.ts'
import { problemAt } from '../../problems.ts'
import { parseEmbedded } from '../embedded.ts'
import {
  areForIstiod,
  type ChartSettings,
  environmentIn,
  ISTIOD_CHART,
  settingsOfValues,
  versionAt,
} from './helm-values.ts'
import { fixedLayer, type Layer, layerOf, mergeLayers, within } from './layer.ts'
import { layerOfParameters } from './parameters.ts'

/** One place that states how Istio is installed. */
export interface Statement extends ChartSettings {
  /** `IstioOperator demo`, or `the Helm values in istiod.yaml`. */
  readonly object: string
  readonly location: Location
  /** The object's name; '' for values in a file. */
  readonly name: string
}

type Settings = ChartSettings | undefined

const NOT_STATED: ChartSettings = {
  version: undefined,
  revision: undefined,
  mesh: undefined,
  networks: undefined,
  env: new Map(),
  compatibility: undefined,
}

/** Settings of an object that installs Istio whatever its values are. */
const settingsOf = (values: Layer): ChartSettings => settingsOfValues(values, true) ?? NOT_STATED

const EMPTY: JsonValue = {}

/** The values of an operator's object, with the profile that it names. */
function operatorValues(object: Layer, location: Location): Layer {
  const profile = within(object, 'spec', 'profile')
  const own = within(object, 'spec', 'values')
  return mergeLayers(profile && profileValue(profile), own) ?? fixedLayer(EMPTY, location)
}

const profileValue = (profile: Layer): Layer => fixedLayer({ profile: profile.value }, profile.at([]))

/** operator/pkg/apis: `meshConfig` and the settings of components override the values. */
function ofIstioOperator(object: Layer, location: Location): Settings {
  const settings = settingsOf(operatorValues(object, location))
  const revision = within(object, 'spec', 'revision')?.value
  return {
    ...settings,
    version: settings.version ?? versionAt(object, [['spec', 'tag']]),
    revision: typeof revision === 'string' && revision !== '' ? revision : settings.revision,
    mesh: mergeLayers(settings.mesh, within(object, 'spec', 'meshConfig')),
    env: new Map([...settings.env, ...environmentIn(within(object, 'spec', 'components', 'pilot', 'k8s', 'env'))]),
  }
}

function ofSail(object: Layer, location: Location): Settings {
  const settings = settingsOf(operatorValues(object, location))
  return { ...settings, version: versionAt(object, [['spec', 'version']]) ?? settings.version }
}

const isIstiodChart = (name: unknown): boolean => name === ISTIOD_CHART

/** @param version that of the chart, which is Istio's for its own charts */
function ofChart(values: Layer | undefined, isIstiod: boolean, version: unknown, location: Location): Settings {
  const settings = settingsOfValues(values ?? fixedLayer(EMPTY, location), isIstiod)
  const own = isIstiod && typeof version === 'string' ? parseIstioVersion(version) : undefined
  return settings && { ...settings, version: settings.version ?? own }
}

const isList = (layer: Layer | undefined): layer is Layer => Array.isArray(layer?.value) && layer.value.length > 0

/** Reports values that are elsewhere, so that they are not read. */
function reportElsewhere(place: Layer, what: string, problems: SourceProblem[]): void {
  const message = `${what} are not read, only those in the object itself`
  const hint = '--mesh-config FILE reads a file with values'
  problems.push(problemAt(place.at([]), { severity: 'note', message, hint }))
}

/** Without values of its own, an object whose values are elsewhere does not state what it installs. */
const withoutDefaults = (settings: ChartSettings): ChartSettings => ({ ...settings, mesh: undefined })

function ofHelmRelease(object: Layer, location: Location, problems: SourceProblem[]): Settings {
  const chart = valueAt(object.value, ['spec', 'chart', 'spec', 'chart'])
  const isIstiod = isIstiodChart(typeof chart === 'string' ? lastPart(chart) : undefined)
  const version = valueAt(object.value, ['spec', 'chart', 'spec', 'version'])
  const values = within(object, 'spec', 'values')
  const settings = ofChart(values, isIstiod, version, location)
  const others = within(object, 'spec', 'valuesFrom')
  if (!settings || !isList(others)) return settings
  reportElsewhere(others, 'the values of valuesFrom', problems)
  return values ? settings : withoutDefaults(settings)
}

/** The chart of k3s and RKE2. */
function ofHelmChart(object: Layer, location: Location, problems: SourceProblem[]): Settings {
  const chart = valueAt(object.value, ['spec', 'chart'])
  const values = embedded(within(object, 'spec', 'valuesContent'), 'valuesContent', problems)
  const version = valueAt(object.value, ['spec', 'version'])
  return ofChart(values, isIstiodChart(typeof chart === 'string' ? lastPart(chart) : undefined), version, location)
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Values that are YAML in a string. */
function embedded(text: Layer | undefined, label: string, problems: SourceProblem[]): Layer | undefined {
  if (!text || typeof text.value !== 'string' || text.value.trim() === '') return undefined
  const { document, problems: found } = parseEmbedded(text.at([]), text.value, label)
  problems.push(...found)
  return document && !found.some(({ severity }) => severity === 'error') ? layerOf(document) : undefined
}

/** One source of an Application; parameters override valuesObject, which replaces values. */
function ofSource(source: Layer, location: Location, problems: SourceProblem[]): Settings {
  const { value } = source
  const chart = fieldAt(value, 'chart') ?? lastPart(String(fieldAt(value, 'path') ?? ''))
  const inline =
    within(source, 'helm', 'valuesObject') ?? embedded(within(source, 'helm', 'values'), 'values', problems)
  const values = mergeLayers(inline, layerOfParameters(within(source, 'helm', 'parameters')))
  const settings = ofChart(values, isIstiodChart(chart), fieldAt(value, 'targetRevision'), location)
  const files = within(source, 'helm', 'valueFiles')
  if (settings && isList(files)) reportElsewhere(files, 'the values of valueFiles', problems)
  // A chart in a folder of a repository has values there.
  const isElsewhere = isList(files) || fieldAt(value, 'chart') === undefined
  return settings && isElsewhere && !values ? withoutDefaults(settings) : settings
}

function ofApplication(object: Layer, location: Location, problems: SourceProblem[]): Settings {
  const several = within(object, 'spec', 'sources')
  const count = Array.isArray(several?.value) ? several.value.length : 0
  const sources = [
    within(object, 'spec', 'source'),
    ...Array.from({ length: count }, (_, index) => within(object, 'spec', 'sources', index)),
  ]
  for (const source of sources) {
    const settings = source && ofSource(source, location, problems)
    if (settings) return settings
  }
  return undefined
}

type Reader = (object: Layer, location: Location, problems: SourceProblem[]) => Settings

/** The kinds that install Istio, or may. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [`${ISTIO_OPERATOR.group}/${ISTIO_OPERATOR.kind}`, ofIstioOperator],
  [`${SAIL_ISTIO.group}/${SAIL_ISTIO.kind}`, ofSail],
  [`${SAIL_ISTIO_REVISION.group}/${SAIL_ISTIO_REVISION.kind}`, ofSail],
  ['argoproj.io/Application', ofApplication],
  ['helm.toolkit.fluxcd.io/HelmRelease', ofHelmRelease],
  ['helm.cattle.io/HelmChart', ofHelmChart],
])

const readerOf = (apiVersion: string, kind: string): Reader | undefined => READERS.get(`${groupOf(apiVersion)}/${kind}`)

/** Whether objects of a kind may state how Istio is installed. */
export const mayInstall = (apiVersion: string, kind: string): boolean => readerOf(apiVersion, kind) !== undefined

/** An IstioOperator in a file for istioctl needs no name. No object has this one. */
const UNNAMED = '.'

/** An object that may install Istio. */
export interface Installer {
  readonly apiVersion: string
  readonly kind: string
  readonly value: JsonValue
  readonly location: Location
}

/** Whether a document without apiVersion and kind holds values for istiod's chart. */
export const areIstiodValues = (value: JsonValue): boolean =>
  isMapping(value) && !Object.hasOwn(value, 'apiVersion') && !Object.hasOwn(value, 'kind') && areForIstiod(value)

/** What an object states; undefined when it installs something else. */
export function statementOf(installer: Installer, problems: SourceProblem[]): Statement | undefined {
  const { apiVersion, kind, value, location } = installer
  const settings = readerOf(apiVersion, kind)?.(layerAt(value, location), location, problems)
  if (!settings) return undefined
  const stated = valueAt(value, ['metadata', 'name'])
  const isNamed = typeof stated === 'string' && stated !== ''
  const object = isNamed ? `${kind} ${stated}` : `the ${kind} in ${location.document.file.name}`
  return { ...settings, object, location, name: isNamed ? stated : UNNAMED }
}

/**
 * What a file with Helm values states; undefined when they are for other charts.
 * @param isIstiod whether they are known to be for istiod's chart
 */
export function statementOfValues(value: JsonValue, location: Location, isIstiod = false): Statement | undefined {
  const settings = settingsOfValues(layerAt(value, location), isIstiod)
  return settings && { ...settings, object: `the Helm values in ${location.document.file.name}`, location, name: '' }
}

const layerAt = (value: JsonValue, location: Location): Layer => ({ value, at: (path) => location.child(...path) })
