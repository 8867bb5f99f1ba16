/** The mesh configuration: ConfigMap `istio` or a separate file, over the defaults. */

import { compareBytes } from '../../common/bytes.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import type { ConfigMap } from '../../kinds/index.ts'
import { DecodeContext, type DecodeIssue } from '../../kinds/schema/index.ts'
import type { PathStep, SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { problemAt } from '../problems.ts'
import { MESH_KEY, type MeshSources, sourcesOfData } from './config-map.ts'
import { DEFAULT_MESH_CONFIG, DEFAULT_MESH_NETWORKS } from './defaults.ts'
import { parseEmbedded } from './embedded.ts'
import type { Features } from './features.ts'
import { DEFAULT_REVISION, type IstiodChoice, SYSTEM_NAMESPACE } from './istiod.ts'
import { asRead } from './known-fields.ts'
import { overlayMeshConfig, overlayProxyConfig } from './merge.ts'
import { MeshConfig, ProxyConfig } from './mesh-config.ts'
import { MeshNetworks } from './mesh-networks.ts'
import { type Layer, layerOf } from './stated/layer.ts'
import type { Statement } from './stated/statements.ts'
import { meshConfigIssues } from './validation/mesh-config.ts'
import { meshNetworksIssues } from './validation/mesh-networks.ts'

const CONFIG_MAP = 'istio'

export interface MeshSettings {
  readonly mesh: MeshConfig
  /** The location of the mesh configuration; undefined when there is none. */
  readonly meshAt: Location | undefined
  readonly meshNetworks: MeshNetworks
  /** The location of the mesh networks; undefined when there are none. */
  readonly meshNetworksAt: Location | undefined
}

function refuse(what: string, problems: SourceProblem[], { at }: Layer, issues: readonly DecodeIssue[]) {
  for (const { path, message, hint } of issues) {
    const text = `${what} is refused as a whole, and the defaults apply: ${describePath(path)}${message}`
    problems.push(problemAt(at(path), { severity: 'error', message: text, hint }))
  }
}

function warnUnknown({ at }: Layer, unknown: readonly DecodeIssue[], problems: SourceProblem[]): void {
  for (const { path, message, hint } of unknown) {
    const text = { severity: 'warning', message: `${message}, so it is ignored`, hint } as const
    problems.push(problemAt(at(path).key(), text))
  }
}

function warn({ at }: Layer, warnings: readonly DecodeIssue[], problems: SourceProblem[]): void {
  for (const { path, message, hint } of warnings) {
    problems.push(problemAt(at(path), { severity: 'warning', message, hint }))
  }
}

/** `defaultConfig.proxyAdminPort: `, or '' at the root. */
function describePath(path: readonly PathStep[]): string {
  return path.length === 0 ? '' : `${path.join('.').slice(0, 200)}: `
}

function readMeshConfig(source: Layer, features: Features, problems: SourceProblem[]): MeshConfig {
  const context = new DecodeContext()
  const decoded = overlayMeshConfig(DEFAULT_MESH_CONFIG, source.value, context)
  const { value: mesh, unread } = asRead(MeshConfig, decoded, features)
  warnUnknown(source, [...context.unknown, ...unread], problems)
  const { errors, warnings } =
    context.errors.length > 0 ? { errors: context.errors, warnings: [] } : meshConfigIssues(mesh, features)
  warn(source, warnings, problems)
  if (errors.length === 0) return mesh
  refuse('the mesh configuration', problems, source, errors)
  return DEFAULT_MESH_CONFIG
}

function readMeshNetworks(source: Layer, features: Features, problems: SourceProblem[]): MeshNetworks {
  const context = new DecodeContext()
  const networks = MeshNetworks.decode(source.value, context)
  warnUnknown(source, context.unknown, problems)
  const { errors, warnings } =
    context.errors.length > 0 ? { errors: context.errors, warnings: [] } : meshNetworksIssues(networks, features)
  warn(source, warnings, problems)
  if (errors.length === 0) return networks
  refuse('meshNetworks', problems, source, errors)
  return DEFAULT_MESH_NETWORKS
}

const NOWHERE: MeshSources = { mesh: undefined, networks: undefined }

const sourcesOfConfigMap = ({ spec: { data }, location }: ConfigMap, problems: SourceProblem[]): MeshSources =>
  sourcesOfData(location.child('data'), (key) => data.get(key), problems)

/** The name of the ConfigMap that an istiod of a revision reads. */
export const meshConfigMapName = (revision: string = DEFAULT_REVISION): string =>
  revision === DEFAULT_REVISION ? CONFIG_MAP : `${CONFIG_MAP}-${revision}`

/**
 * The ConfigMap that istiod reads: `istio`, or `istio-REVISION` of a revision if it was requested or is the only one.
 * @param configMaps the config cluster's
 */
export function meshConfigMap(
  configMaps: readonly ConfigMap[],
  problems: SourceProblem[],
  { istioNamespace = SYSTEM_NAMESPACE, revision }: IstiodChoice = {},
): ConfigMap | undefined {
  if (revision !== undefined) {
    const name = meshConfigMapName(revision)
    return configMaps.find(({ meta }) => meta.namespace === istioNamespace && meta.name === name)
  }
  const candidates = configMaps
    .filter(({ meta }) => meta.name === CONFIG_MAP || meta.name.startsWith(`${CONFIG_MAP}-`))
    .filter(({ meta, spec }) => meta.name === CONFIG_MAP || spec.data.has(MESH_KEY))
  for (const { meta, location, spec } of candidates) {
    if (meta.namespace === istioNamespace || meta.name !== CONFIG_MAP || !spec.data.has(MESH_KEY)) continue
    const message = `ConfigMap ${meta.namespace}/${meta.name} is not read: istiod reads that of ${istioNamespace}`
    problems.push(problemAt(location, { severity: 'note', message }))
  }
  const inSystem = candidates
    .filter(({ meta }) => meta.namespace === istioNamespace)
    .sort((a, b) => compareBytes(a.meta.name, b.meta.name))
  const [chosen, ...others] = inSystem
  if (chosen && chosen.meta.name !== CONFIG_MAP && others.length > 0) {
    const names = others.map(({ meta }) => meta.name).join(', ')
    const message = `several mesh configurations: ConfigMap ${chosen.meta.name} applies, not ${names}`
    const hint = 'choose another with --revision or --mesh-config'
    problems.push(problemAt(chosen.location, { severity: 'warning', message, hint }))
  }
  return chosen
}

/** What states the mesh configuration, besides a ConfigMap. */
export interface MeshStatements {
  /** That of --mesh-config, which overrides the ConfigMap. */
  readonly given: MeshSources | undefined
  /** An object that installs Istio, which applies if the input has no ConfigMap. */
  readonly installation: Statement | undefined
}

/** What the ConfigMap states; if it has no mesh configuration, what the installation states. */
function sourcesOfInput(
  configMap: ConfigMap | undefined,
  installation: Statement | undefined,
  problems: SourceProblem[],
): MeshSources {
  const found = configMap ? sourcesOfConfigMap(configMap, problems) : NOWHERE
  if (!installation) return found
  const { object, location } = installation
  if (configMap && found.mesh) {
    const message = `ConfigMap ${configMap.meta.name} states the mesh configuration, so that of ${object} is not read`
    problems.push(problemAt(location, { severity: 'note', message }))
    return found
  }
  if (installation.mesh) {
    problems.push(problemAt(location, { severity: 'note', message: `mesh configuration, from ${object}` }))
  }
  return { mesh: installation.mesh, networks: found.networks ?? installation.networks }
}

/**
 * @param configMaps the config cluster's
 * @param features those of the istiod that reads it
 * @param choice which istiod applies
 * @param problems collects problems with the configuration; one that istiod refuses leaves the defaults
 */
export function meshSettings(
  configMaps: readonly ConfigMap[],
  features: Features,
  { given = NOWHERE, installation }: MeshStatements,
  problems: SourceProblem[],
  choice: IstiodChoice = {},
): MeshSettings {
  const isGiven = given.mesh !== undefined && given.networks !== undefined
  const configMap = isGiven ? undefined : meshConfigMap(configMaps, problems, choice)
  const found = sourcesOfInput(configMap, given.mesh ? undefined : installation, problems)
  const mesh = given.mesh ?? found.mesh
  const networks = given.networks ?? found.networks
  return {
    mesh: mesh ? readMeshConfig(mesh, features, problems) : DEFAULT_MESH_CONFIG,
    meshAt: mesh?.at([]),
    meshNetworks: networks ? readMeshNetworks(networks, features, problems) : DEFAULT_MESH_NETWORKS,
    meshNetworksAt: networks?.at([]),
  }
}

export interface MergedProxyConfig {
  readonly config: ProxyConfig
  readonly problems: readonly SourceProblem[]
}

/**
 * The settings of one pod's proxy: the annotation `proxy.istio.io/config` over the mesh's `defaultConfig`.
 * @param annotation its YAML text
 * @param location that of the annotation's value
 * @param features those of the istiod that configures the proxy
 * @returns `base` itself, and an error, when the annotation is not a ProxyConfig
 */
export function mergeProxyConfig(
  base: ProxyConfig,
  annotation: string,
  location: Location,
  features: Features,
): MergedProxyConfig {
  if (annotation.trim() === '') return { config: base, problems: [] }
  const { value, document, problems: found } = parseEmbedded(location, annotation, ANNOTATIONS.proxyConfig)
  const problems = [...found]
  if (!document || value === undefined || found.some(({ severity }) => severity === 'error')) {
    return { config: base, problems }
  }
  const context = new DecodeContext()
  const { value: config, unread } = asRead(ProxyConfig, overlayProxyConfig(base, value, context), features)
  const source = layerOf(document)
  warnUnknown(source, [...context.unknown, ...unread], problems)
  if (context.errors.length === 0) return { config, problems }
  refuse('the annotation proxy.istio.io/config', problems, source, context.errors)
  return { config: base, problems }
}
