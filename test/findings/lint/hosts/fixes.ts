import { applyChanges } from '../../../../src/findings/fixes/apply.ts'
import { changeSet } from '../../../../src/findings/fixes/change.ts'
import { lint, type RuleId, syntheticProxies } from '../../../../src/findings/lint/index.ts'
import { computeMesh, type Mesh } from '../../../../src/pipeline.ts'
import { meshOf } from '../../../support/mesh.ts'

const CAPTURE = 'true'

function messages(rule: RuleId, mesh: Mesh) {
  const facts = { registry: mesh.registry, scope: mesh.scope, fromVersion: undefined }
  const proxies = syntheticProxies(mesh.scope, CAPTURE)
  return lint(facts, { proxies, severities: new Map() }).filter((finding) => finding.rule === rule)
}

/** Each proposal of the rule's findings by title, with the rule's findings after it is applied. */
export function proposedFixes(rule: RuleId, manifests: string): Record<string, readonly string[]> {
  const mesh = meshOf(manifests)
  const proposals = messages(rule, mesh).flatMap((finding) => [...finding.proposals()])
  return Object.fromEntries(
    proposals.map(({ title, changes }) => {
      const after = applyChanges(mesh.snapshot, changeSet(changes))
      const left = after ? messages(rule, computeMesh(after)).map(({ message }) => message) : ['cannot be carried out']
      return [title, left]
    }),
  )
}
