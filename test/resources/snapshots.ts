import { ASSUMED_NOTHING } from '../../src/resources/assumed/options.ts'
import { buildSnapshot, type SnapshotOptions } from '../../src/resources/index.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import type { SourceProblem } from '../../src/sources/document.ts'
import { parseDocuments } from '../../src/sources/index.ts'

/** A snapshot from YAML texts: the config cluster's, and remote ones by cluster ID. */
export function snapshotOf(
  yaml: string,
  options: SnapshotOptions = {},
  remotes: Readonly<Record<string, string>> = {},
): Snapshot {
  const documents = parseDocuments({ name: 'mesh.yaml', text: yaml }, '').documents
  for (const [cluster, text] of Object.entries(remotes)) {
    documents.push(...parseDocuments({ name: `${cluster}.yaml`, text }, cluster).documents)
  }
  return buildSnapshot(documents, { assume: ASSUMED_NOTHING, ...options })
}

/** `file:line:column`, as far as the problem has them. */
export function placeOf(problem: SourceProblem): string {
  const { at } = problem
  if (!at) return ''
  return 'line' in at ? `${at.file}:${at.line}:${at.column}` : at.file
}

/** `severity message`, of each problem. */
export function said(snapshot: Snapshot): string[] {
  return snapshot.problems.map(({ severity, message }) => `${severity} ${message}`)
}

/** The only problem of a snapshot. */
export function onlyProblem(snapshot: Snapshot): SourceProblem {
  const [problem, ...others] = snapshot.problems
  if (!problem || others.length > 0) throw new Error(`expected one problem, not ${JSON.stringify(said(snapshot))}`)
  return problem
}

export function entry(name: string, more = ''): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}}
spec:
  hosts: [${name}.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
${more}`
}

export const join = (...documents: string[]): string => documents.join('\n---\n')
