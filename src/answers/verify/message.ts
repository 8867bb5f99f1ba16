/** The results of `verify` as data. */
import { versionText } from '../../releases/version.ts'
import type { JsonValue } from '../../sources/document.ts'
import {
  type ExplainedFinding,
  type ExplainedKind,
  type Explanation,
  findingsOf,
  isEqual,
  isVerified,
  type NamedObject,
  type Verified,
  type VerifiedKind,
  type VerifiedProxy,
} from '../../verification/index.ts'
import { placeMessage } from '../place.ts'
import { releaseMessage } from '../release.ts'
import type { IstioRelease } from '../shapes/release.ts'
import { explanationWords } from './words.ts'

interface ObjectMessage {
  readonly what: string
  readonly location?: ReturnType<typeof placeMessage>
}

interface DifferenceMessage {
  readonly path: string
  /** Absent if nothing is computed there. */
  readonly computed?: JsonValue
  /** Absent if the proxy has nothing there. */
  readonly actual?: JsonValue
}

interface ExplanationMessage {
  readonly kind: Explanation['kind']
  readonly text: string
  readonly objects?: readonly ObjectMessage[]
}

interface FindingMessage {
  readonly kind: VerifiedKind
  readonly name: string
  readonly verdict: ExplainedFinding['verdict']
  readonly differences: readonly DifferenceMessage[]
  /** Envoy's words. */
  readonly refused?: string
  readonly explanations: readonly ExplanationMessage[]
  readonly origins: readonly ObjectMessage[]
}

export interface ProxyMessage {
  readonly name: string
  readonly result: 'equal' | 'different' | 'error'
  readonly error?: string
  readonly proxy?: string
  readonly clusterId?: string
  readonly istio?: IstioRelease
  readonly proxyVersion?: string
  /** Numbers of resources by kind. */
  readonly equal?: { readonly [kind in VerifiedKind]?: number }
  readonly warming?: { readonly [kind in VerifiedKind]?: readonly string[] }
  readonly notCompared?: readonly VerifiedKind[]
  readonly findings?: readonly FindingMessage[]
}

const objectMessage = ({ what, location }: NamedObject): ObjectMessage => ({
  what,
  ...(location && { location: placeMessage(location) }),
})

function objectsOf(explanation: Explanation): readonly NamedObject[] {
  if (explanation.kind === 'stale') return explanation.objects
  return 'object' in explanation ? [explanation.object] : []
}

function explanationMessage(explanation: Explanation): ExplanationMessage {
  const objects = objectsOf(explanation)
  const text = explanationWords(explanation)
  return { kind: explanation.kind, text, ...(objects.length > 0 && { objects: objects.map(objectMessage) }) }
}

const differenceMessage = ({ path, computed, actual }: ExplainedFinding['differences'][number]): DifferenceMessage => ({
  path,
  ...(computed !== undefined && { computed }),
  ...(actual !== undefined && { actual }),
})

const findingMessage = (finding: ExplainedFinding): FindingMessage => ({
  kind: finding.kind,
  name: finding.name,
  verdict: finding.verdict,
  differences: finding.differences.map(differenceMessage),
  ...(finding.refusal && { refused: finding.refusal.reason }),
  explanations: finding.explanations.map(explanationMessage),
  origins: finding.origins.map(objectMessage),
})

const byKind = <T>(kinds: readonly ExplainedKind[], valueOf: (kind: ExplainedKind) => T) =>
  Object.fromEntries(kinds.map((kind) => [kind.kind, valueOf(kind)])) as { readonly [kind in VerifiedKind]?: T }

function verifiedMessage(verified: VerifiedProxy): ProxyMessage {
  const { name, view, release, kinds, absent } = verified
  const warming = kinds.filter((kind) => kind.warming.length > 0)
  return {
    name,
    result: isEqual(verified) ? 'equal' : 'different',
    proxy: view.proxy.id,
    clusterId: view.proxy.clusterId,
    istio: releaseMessage(release),
    proxyVersion: versionText(view.proxy.version),
    equal: byKind(kinds, (kind) => kind.equal),
    ...(warming.length > 0 && { warming: byKind(warming, (kind) => kind.warming) }),
    notCompared: absent,
    findings: findingsOf(verified).map(findingMessage),
  }
}

/** The value of `-o json` and `-o yaml`. */
export const verifyMessage = (all: readonly Verified[]): { readonly proxies: readonly ProxyMessage[] } => ({
  proxies: all.map((verified) =>
    isVerified(verified)
      ? verifiedMessage(verified)
      : { name: verified.name, result: 'error', error: verified.error.message },
  ),
})
