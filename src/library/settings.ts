/** From the options of a mesh to what the stages take. */
import { quoted, UserError } from '../common/errors.ts'
import { statedVersion } from '../releases/stated.ts'
import { statedAssumptions } from '../resources/assumed/options.ts'
import { DEFAULT_CLUSTER_ID, type SnapshotOptions } from '../resources/index.ts'
import { CONFIG_CLUSTER } from '../resources/intake/intake.ts'
import { settingProblem } from '../resources/mesh/environment.ts'
import { EXPECTED, givenConfiguration } from '../resources/mesh/stated/given.ts'
import type { SourceDocument, SourceProblem } from '../sources/document.ts'
import { parseDocuments } from '../sources/index.ts'
import { checkFields, flagOf, pairsOf, textOf } from './fields.ts'
import { type Memories, memoriesOf } from './memory.ts'
import type { ManifestText, MeshOptions } from './types/input.ts'

/** How messages name the function whose options they are about. */
export const LOAD = 'loadMesh'

/** The options that do not need files. */
export const MESH_OPTIONS = [
  'texts',
  'istioVersion',
  'istioNamespace',
  'revision',
  'istiodEnv',
  'meshConfig',
  'namespace',
  'clusterId',
  'assume',
  'verbose',
  'memory',
] as const satisfies readonly (keyof MeshOptions)[]

const TEXT_FIELDS = ['name', 'text', 'cluster'] as const satisfies readonly (keyof ManifestText)[]

/** How to read and compute a mesh. */
export interface Settings {
  readonly texts: readonly ManifestText[]
  /** Without the memory and the mesh configuration. */
  readonly snapshot: SnapshotOptions
  readonly verbose: boolean
  readonly memories: Memories
  /** What was found while the options were read. */
  readonly problems: readonly SourceProblem[]
}

/** @throws UserError for something that is not a text with a name */
function manifestText(value: unknown, where: string): ManifestText {
  checkFields(value, TEXT_FIELDS, where)
  const { name, text, cluster } = value as Record<string, unknown>
  if (typeof name !== 'string' || typeof text !== 'string') {
    throw new UserError(`${where} must have a name and a text, both strings`)
  }
  return { name, text, cluster: textOf(cluster, `${where}: cluster`) }
}

function textsIn(value: unknown): readonly ManifestText[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new UserError(`${LOAD}: texts must be a list of { name, text }`)
  return value.map((each: unknown, index) => manifestText(each, `${LOAD}: text ${index + 1}`))
}

function environmentOf(value: unknown): ReadonlyMap<string, string> {
  const pairs = pairsOf(value, `${LOAD}: istiodEnv`)
  for (const [name, text] of pairs) {
    const problem = settingProblem(name, text)
    if (problem) throw new UserError(`${LOAD}: istiodEnv ${name}: ${quoted(text)} is ${problem}`)
  }
  return new Map(pairs)
}

/** @throws UserError for the ID of a remote cluster that the config cluster has, or that is empty */
function checkRemotes(remotes: ReadonlySet<string>, clusterId: string): void {
  for (const id of remotes) {
    if (id === CONFIG_CLUSTER) throw new UserError(`${LOAD}: a remote cluster needs an ID`)
    if (id !== clusterId) continue
    throw new UserError(
      `${LOAD}: ${quoted(id)} is the ID of the config cluster`,
      'name that one with clusterId, or give the remote cluster another ID',
    )
  }
}

/**
 * @param remotes IDs of remote clusters whose objects are in files
 * @throws UserError for options that are invalid or exclude each other
 */
export function settingsOf(options: MeshOptions, remotes: readonly string[]): Settings {
  const texts = textsIn(options.texts)
  const text = (name: 'istioVersion' | 'istioNamespace' | 'revision' | 'namespace' | 'clusterId' | 'assume') =>
    textOf(options[name], `${LOAD}: ${name}`)
  const wanted = text('istioVersion')
  const { version, warning } = wanted === undefined ? {} : statedVersion(wanted, `${LOAD}: istioVersion`)
  const assume = text('assume')
  const clusterId = text('clusterId')
  const stated = [...remotes, ...texts.map(({ cluster }) => cluster)]
  const clusters = new Set(stated.filter((id) => id !== undefined))
  checkRemotes(clusters, clusterId || DEFAULT_CLUSTER_ID)
  const plain = { clusterId, namespace: text('namespace'), revision: text('revision'), assume, wanted }
  const istiodEnv = environmentOf(options.istiodEnv)
  const istioNamespace = text('istioNamespace')
  const key = JSON.stringify([plain, istioNamespace, [...clusters], [...istiodEnv]])
  return {
    texts,
    snapshot: {
      clusterId,
      remotes: [...clusters],
      defaultNamespace: plain.namespace,
      assume: assume === undefined ? undefined : statedAssumptions(assume, `${LOAD}: assume`),
      istioVersion: version,
      istioNamespace,
      revision: plain.revision,
      istiodEnv,
    },
    verbose: flagOf(options.verbose, `${LOAD}: verbose`) ?? false,
    memories: memoriesOf(options.memory, key),
    problems: warning === undefined ? [] : [{ severity: 'warning', message: warning }],
  }
}

/**
 * The document that states a mesh configuration; the first one, if several do.
 * @throws UserError when none does
 */
export function configurationIn(documents: readonly SourceDocument[], name: string): SourceDocument {
  const found = documents.find((document) => givenConfiguration(document, []) !== undefined)
  if (found) return found
  throw new UserError(`${LOAD}: meshConfig ${quoted(name)} states no mesh configuration`, EXPECTED)
}

/** The mesh configuration in a text. */
export function configurationOf(value: unknown): SourceDocument {
  const file = manifestText(value, `${LOAD}: meshConfig`)
  return configurationIn(parseDocuments(file, CONFIG_CLUSTER).documents, file.name)
}
