/** Reads conformance cases. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Node } from '../../src/proxy/node.ts'
import { parseNode } from '../../src/proxy/node.ts'
import { versionNamed } from '../../src/releases/version.ts'
import { ASSUMED_NOTHING, type AssumeOptions } from '../../src/resources/assumed/options.ts'
import { buildSnapshot, type SnapshotOptions } from '../../src/resources/index.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import type { JsonValue, SourceDocument } from '../../src/sources/document.ts'
import { parseDocuments } from '../../src/sources/index.ts'

export interface CaseProxy {
  readonly name: string
  /** An Envoy node. */
  readonly node: JsonValue
}

/** One mesh and what the reference generates for it. */
export interface ConformanceCase {
  readonly name: string
  readonly folder: string
  readonly clusterId: string
  readonly remotes: readonly string[]
  readonly istiodEnv: ReadonlyMap<string, string>
  readonly proxies: readonly CaseProxy[]
  /** istiod has written the Services of managed Gateways. */
  readonly gatewayDeployments?: boolean
  /** The release of istiod: `master` or a version. */
  readonly release: string
}

/** The golden files in a case's folder come from the reference's main branch. */
export const MASTER = 'master'

type Mapping = { [key: string]: JsonValue }

function readYaml(path: string, cluster: string): SourceDocument[] {
  return parseDocuments({ name: path, text: readFileSync(path, 'utf8') }, cluster).documents
}

function remotesOf(folder: string): string[] {
  const clusters = join(folder, 'clusters')
  return existsSync(clusters) ? readdirSync(clusters).map((file) => file.replace(/\.yaml$/, '')) : []
}

export function readCase(casesFolder: string, name: string, release: string = MASTER): ConformanceCase {
  const folder = join(casesFolder, name)
  const [document] = readYaml(join(folder, 'case.yaml'), '')
  const {
    istiodEnv = {},
    cluster = 'Kubernetes',
    proxies = [],
    gatewayDeployments = false,
  } = (document?.value ?? {}) as Mapping
  return {
    name,
    folder,
    clusterId: cluster as string,
    remotes: remotesOf(folder),
    istiodEnv: new Map(Object.entries(istiodEnv as { [key: string]: string })),
    release,
    gatewayDeployments: gatewayDeployments === true,
    proxies: (proxies as Mapping[]).map((proxy) => ({ name: proxy.name as string, node: proxy })),
  }
}

/**
 * The input of a case for the pipeline.
 * @param istiod overrides the case's release
 */
export function snapshotOf(meshCase: ConformanceCase, istiod: SnapshotOptions = {}): Snapshot {
  const documents = [
    ...readYaml(join(meshCase.folder, 'input.yaml'), ''),
    ...meshCase.remotes.flatMap((id) => readYaml(join(meshCase.folder, 'clusters', `${id}.yaml`), id)),
  ]
  const { clusterId, remotes, istiodEnv, release } = meshCase
  const istioVersion = versionNamed(release)
  const assume: AssumeOptions = meshCase.gatewayDeployments
    ? { what: new Set(['gateways']), ofStored: true }
    : ASSUMED_NOTHING
  return buildSnapshot(documents, { clusterId, remotes, istiodEnv, istioVersion, assume, ...istiod })
}

export function nodeOf(proxy: CaseProxy): Node {
  return parseNode(proxy.node, proxy.name)
}

export function caseNames(casesFolder: string, only: RegExp): string[] {
  return readdirSync(casesFolder)
    .filter((name) => only.test(name) && existsSync(join(casesFolder, name, 'expected')))
    .sort()
}

/** The location of a case: `folder` contains all cases of its kind. */
export interface CaseFolder {
  readonly folder: string
  readonly name: string
}
