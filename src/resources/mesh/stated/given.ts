/** The file of --mesh-config: a MeshConfig, or anything else that states one. */
import { placeOf, type SourceDocument, type SourceProblem } from '../../../sources/document.ts'
import { Location } from '../../../sources/location.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../../sources/mapping.ts'
import { problemAt } from '../../problems.ts'
import { MESH_KEY, NETWORKS_KEY, sourcesOfData } from '../config-map.ts'
import { MeshConfig } from '../mesh-config.ts'
import { type Layer, layerOf } from './layer.ts'
import { mayInstall, type Statement, statementOf, statementOfValues } from './statements.ts'

/** What a file states. */
export interface GivenConfiguration {
  readonly mesh: Layer | undefined
  readonly networks: Layer | undefined
  /** With istiod's environment and version, if it is not the mesh configuration alone. */
  readonly statement: Statement | undefined
}

/** What such a file may hold. */
export const EXPECTED =
  'it holds a MeshConfig, a ConfigMap with data.mesh, Helm values of istiod, or an IstioOperator, Istio, HelmRelease ' +
  'or Application that has such values'

/** Keys of the values of Istio's charts that a MeshConfig does not have. */
const VALUES_KEYS: ReadonlySet<string> = new Set([
  'base',
  'compatibilityVersion',
  'defaultRevision',
  'env',
  'global',
  'istiod',
  'meshConfig',
  'pilot',
  'profile',
])

/** @param value a ConfigMap */
function ofConfigMap(document: SourceDocument, value: JsonMapping, problems: SourceProblem[]) {
  const data = fieldAt(value, 'data')
  if (!isMapping(data) || ![MESH_KEY, NETWORKS_KEY].some((key) => Object.hasOwn(data, key))) return undefined
  const location = new Location(placeOf(document), ['data'])
  const textOf = (key: string): string | undefined => {
    const text = fieldAt(data, key)
    if (text === undefined || typeof text === 'string') return text
    const message = `data.${key} must be a text; write it as a block: ${key}: |-`
    problems.push(problemAt(location.child(key), { severity: 'error', message }))
    return undefined
  }
  return { ...sourcesOfData(location, textOf, problems), statement: undefined }
}

const ofStatement = (statement: Statement | undefined): GivenConfiguration | undefined =>
  statement && { mesh: statement.mesh, networks: statement.networks, statement }

/** @returns undefined when nothing in the document is known */
export function givenConfiguration(
  document: SourceDocument,
  problems: SourceProblem[],
): GivenConfiguration | undefined {
  const { value } = document
  if (!isMapping(value)) return undefined
  const { apiVersion, kind } = value
  const location = new Location(placeOf(document))
  if (kind === 'ConfigMap') return ofConfigMap(document, value, problems)
  if (typeof apiVersion === 'string' && typeof kind === 'string') {
    return mayInstall(apiVersion, kind)
      ? ofStatement(statementOf({ apiVersion, kind, value, location }, problems))
      : undefined
  }
  const keys = Object.keys(value)
  if (keys.some((key) => VALUES_KEYS.has(key))) return ofStatement(statementOfValues(value, location, true))
  const isKnown = keys.length === 0 || keys.some((key) => MeshConfig.fieldOf(key) !== undefined)
  return isKnown ? { mesh: layerOf(document), networks: undefined, statement: undefined } : undefined
}
