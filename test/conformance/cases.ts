/** Reads conformance cases. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Node } from '../../src/proxy/node.ts'
import { parseNode } from '../../src/proxy/node.ts'
import { versionNamed } from '../../src/releases/version.ts'
import { buildSnapshot, type SnapshotOptions } from '../../src/resources/index.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import type { JsonValue, SourceDocument } from '../../src/sources/document.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { unpackedArchive } from './archives.ts'

export interface CaseProxy {
  readonly name: string
  /** An Envoy node. */
  readonly node: JsonValue
}

/** One mesh with what the reference generates for it. */
export interface ConformanceCase {
  readonly name: string
  readonly folder: string
  readonly clusterId: string
  readonly remotes: readonly string[]
  readonly istiodEnv: ReadonlyMap<string, string>
  readonly proxies: readonly CaseProxy[]
  /** The release whose istiod is asked, `master` or a version. */
  readonly release: string
}

/** The golden files in a case's folder are those of the reference's main branch. */
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
  const { istiodEnv = {}, cluster = 'Kubernetes', proxies = [] } = (document?.value ?? {}) as Mapping
  return {
    name,
    folder,
    clusterId: cluster as string,
    remotes: remotesOf(folder),
    istiodEnv: new Map(Object.entries(istiodEnv as { [key: string]: string })),
    release,
    proxies: (proxies as Mapping[]).map((proxy) => ({ name: proxy.name as string, node: proxy })),
  }
}

/**
 * The case's input as the pipeline sees it.
 * @param istiod what applies over the case's release
 */
export function snapshotOf(meshCase: ConformanceCase, istiod: SnapshotOptions = {}): Snapshot {
  const documents = [
    ...readYaml(join(meshCase.folder, 'input.yaml'), ''),
    ...meshCase.remotes.flatMap((id) => readYaml(join(meshCase.folder, 'clusters', `${id}.yaml`), id)),
  ]
  const { clusterId, remotes, istiodEnv, release } = meshCase
  return buildSnapshot(documents, { clusterId, remotes, istiodEnv, istioVersion: versionNamed(release), ...istiod })
}

export function nodeOf(proxy: CaseProxy): Node {
  return parseNode(proxy.node, proxy.name)
}

export function caseNames(casesFolder: string, only: RegExp): string[] {
  return readdirSync(casesFolder)
    .filter((name) => only.test(name) && existsSync(join(casesFolder, name, 'expected')))
    .sort()
}

/** The meshes that were made by hand, as files. */
const OWN_CASES = fileURLToPath(new URL('../../fixtures/conformance', import.meta.url))

/** Where a case is: `folder` is that of all cases of its kind. */
export interface CaseFolder {
  readonly folder: string
  readonly name: string
}

/** Every case, those made by hand and the random ones, in the order of their names. */
export function allCases(only = /./): readonly CaseFolder[] {
  return [OWN_CASES, unpackedArchive('cases')]
    .flatMap((folder) => caseNames(folder, only).map((name) => ({ folder, name })))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
