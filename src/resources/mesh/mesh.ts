/** The mesh configuration: ConfigMap `istio` or a separate file, over the defaults. */

import { compareBytes } from '../../common/bytes.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import type { ConfigMap } from '../../kinds/index.ts'
import { DecodeContext, type DecodeIssue } from '../../kinds/schema/index.ts'
import {
  type JsonValue,
  type PathStep,
  placeOf,
  type SourceDocument,
  type SourceProblem,
} from '../../sources/document.ts'
import { Location } from '../../sources/location.ts'
import { isMapping } from '../../sources/mapping.ts'
import { parseDocuments } from '../../sources/parse.ts'
import { sourceTextOf } from '../../sources/positions.ts'
import { problemAt, problemAtKey } from '../problems.ts'
import { DEFAULT_MESH_CONFIG, DEFAULT_MESH_NETWORKS } from './defaults.ts'
import type { Features } from './features.ts'
import { DEFAULT_REVISION, type IstiodChoice, SYSTEM_NAMESPACE } from './istiod.ts'
import { asRead } from './known-fields.ts'
import { overlayMeshConfig, overlayProxyConfig } from './merge.ts'
import { MeshConfig, ProxyConfig } from './mesh-config.ts'
import { MeshNetworks } from './mesh-networks.ts'
import { meshConfigIssues } from './validation/mesh-config.ts'
import { meshNetworksIssues } from './validation/mesh-networks.ts'

const CONFIG_MAP = 'istio'
const MESH_KEY = 'mesh'
const NETWORKS_KEY = 'meshNetworks'

export interface MeshSettings {
  readonly mesh: MeshConfig
  /** The location of the mesh configuration; undefined when there is none. */
  readonly meshAt: Location | undefined
  readonly meshNetworks: MeshNetworks
  /** The location of the mesh networks; undefined when there are none. */
  readonly meshNetworksAt: Location | undefined
}

/** Parsed YAML from a string; an `undefined` value when it is empty. */
interface EmbeddedYaml {
  readonly value: JsonValue | undefined
  readonly document: SourceDocument | undefined
  readonly problems: readonly SourceProblem[]
}

/** A literal block scalar, with just its header on the first line. */
const LITERAL_BLOCK = /^\|[-+0-9]*[ \t]*(#[^\n]*)?\r?\n/

/**
 * Parses YAML in a string. The lines of a literal block are parsed in place, so positions in it are positions in the
 * file; in other strings they count from the start of the string.
 */
function parseEmbedded(location: Location, text: string, label: string): EmbeddedYaml {
  const { document, path } = location
  const source = sourceTextOf(document, path)
  const header = source === undefined ? null : LITERAL_BLOCK.exec(source)
  const { line } = location.position()
  const file =
    header && source !== undefined
      ? { name: document.file.name, text: '\n'.repeat(line) + source.slice(header[0].length) }
      : { name: `${document.file.name}:${line} ${label}`, text }
  const parsed = parseDocuments(file, document.cluster)
  const first = parsed.documents[0]
  return { value: first?.value, document: first, problems: parsed.problems }
}

/** The origin of a part of the mesh configuration. */
interface MeshSource {
  readonly value: JsonValue
  readonly document: SourceDocument
}

function refuse(what: string, problems: SourceProblem[], document: SourceDocument, issues: readonly DecodeIssue[]) {
  for (const { path, message, hint } of issues) {
    const text = `${what} is refused as a whole, and the defaults apply: ${describePath(path)}${message}`
    problems.push(problemAt(new Location(document, path), { severity: 'error', message: text, hint }))
  }
}

function warnUnknown(document: SourceDocument, unknown: readonly DecodeIssue[], problems: SourceProblem[]): void {
  for (const { path, message, hint } of unknown) {
    problems.push(problemAtKey(document, path, { severity: 'warning', message: `${message}, so it is ignored`, hint }))
  }
}

/** `defaultConfig.proxyAdminPort: `, or '' at the root. */
function describePath(path: readonly PathStep[]): string {
  return path.length === 0 ? '' : `${path.join('.').slice(0, 200)}: `
}

function readMeshConfig({ value, document }: MeshSource, features: Features, problems: SourceProblem[]): MeshConfig {
  const context = new DecodeContext()
  const { value: mesh, unread } = asRead(MeshConfig, overlayMeshConfig(DEFAULT_MESH_CONFIG, value, context), features)
  warnUnknown(document, [...context.unknown, ...unread], problems)
  const { errors, warnings } =
    context.errors.length > 0 ? { errors: context.errors, warnings: [] } : meshConfigIssues(mesh, features)
  for (const { path, message, hint } of warnings) {
    problems.push(problemAt(new Location(document, path), { severity: 'warning', message, hint }))
  }
  if (errors.length === 0) return mesh
  refuse('the mesh configuration', problems, document, errors)
  return DEFAULT_MESH_CONFIG
}

function readMeshNetworks(
  { value, document }: MeshSource,
  features: Features,
  problems: SourceProblem[],
): MeshNetworks {
  const context = new DecodeContext()
  const networks = MeshNetworks.decode(value, context)
  warnUnknown(document, context.unknown, problems)
  const { errors, warnings } =
    context.errors.length > 0 ? { errors: context.errors, warnings: [] } : meshNetworksIssues(networks, features)
  for (const { path, message, hint } of warnings) {
    problems.push(problemAt(new Location(document, path), { severity: 'warning', message, hint }))
  }
  if (errors.length === 0) return networks
  refuse('meshNetworks', problems, document, errors)
  return DEFAULT_MESH_NETWORKS
}

/** The two strings of a ConfigMap, parsed. A string that is not YAML is reported as refused. */
function embeddedSource(location: Location, text: string | undefined, key: string, problems: SourceProblem[]) {
  if (text === undefined || text.trim() === '') return undefined
  const { value, document, problems: found } = parseEmbedded(location, text, `data.${key}`)
  problems.push(...found)
  if (!document || value === undefined || found.some(({ severity }) => severity === 'error')) return undefined
  return { value, document }
}

/** The parts of the mesh configuration from one place. */
interface MeshSources {
  readonly mesh: MeshSource | undefined
  readonly networks: MeshSource | undefined
}

const NOWHERE: MeshSources = { mesh: undefined, networks: undefined }

function sourcesOfData(data: Location, textOf: (key: string) => string | undefined, problems: SourceProblem[]) {
  const source = (key: string) => embeddedSource(data.child(key), textOf(key), key, problems)
  return { mesh: source(MESH_KEY), networks: source(NETWORKS_KEY) }
}

function sourcesOfConfigMap(configMap: ConfigMap, problems: SourceProblem[]): MeshSources {
  const { data } = configMap.spec
  return sourcesOfData(configMap.location.child('data'), (key) => data.get(key), problems)
}

/** @param document a MeshConfig, or a ConfigMap that contains one */
function sourcesOfFile(document: SourceDocument, problems: SourceProblem[]): MeshSources {
  const { value } = document
  if (!isMapping(value) || value.kind !== 'ConfigMap') return { mesh: { value, document }, networks: undefined }
  const data = isMapping(value.data) ? value.data : {}
  const location = new Location(document, ['data'])
  const textOf = (key: string): string | undefined => {
    const text = Object.hasOwn(data, key) ? data[key] : undefined
    if (text === undefined || typeof text === 'string') return text
    const message = `data.${key} must be a text; write it as a block: ${key}: |-`
    problems.push(problemAt(location.child(key), { severity: 'error', message }))
    return undefined
  }
  return sourcesOfData(location, textOf, problems)
}

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

/**
 * @param configMaps the config cluster's
 * @param features those of the istiod that reads it
 * @param file the document of --mesh-config, which overrides the ConfigMap
 * @param choice which istiod applies
 * @param problems collects problems with the configuration; one that istiod refuses leaves the defaults
 */
export function meshSettings(
  configMaps: readonly ConfigMap[],
  features: Features,
  file: SourceDocument | undefined,
  problems: SourceProblem[],
  choice: IstiodChoice = {},
): MeshSettings {
  const given = file ? sourcesOfFile(file, problems) : NOWHERE
  const configMap = given.mesh && given.networks ? undefined : meshConfigMap(configMaps, problems, choice)
  const found = configMap ? sourcesOfConfigMap(configMap, problems) : NOWHERE
  const mesh = given.mesh ?? found.mesh
  const networks = given.networks ?? found.networks
  return {
    mesh: mesh ? readMeshConfig(mesh, features, problems) : DEFAULT_MESH_CONFIG,
    meshAt: mesh && new Location(placeOf(mesh.document)),
    meshNetworks: networks ? readMeshNetworks(networks, features, problems) : DEFAULT_MESH_NETWORKS,
    meshNetworksAt: networks && new Location(placeOf(networks.document)),
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
  warnUnknown(document, [...context.unknown, ...unread], problems)
  if (context.errors.length === 0) return { config, problems }
  refuse('the annotation proxy.istio.io/config', problems, document, context.errors)
  return { config: base, problems }
}
