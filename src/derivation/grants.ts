/** ReferenceGrants (pilot/pkg/config/kube/gatewaycommon/references.go). */
import { append } from '../common/collections.ts'
import type { ReferenceGrant } from '../kinds/index.ts'
import { GATEWAY_GROUP } from '../kinds/messages/gateway-api/references.ts'

/** A reference to an object of another namespace. */
export interface CrossReference {
  readonly from: { readonly group: string; readonly kind: string; readonly namespace: string }
  readonly to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string }
}

/** Kinds whose references istiod lets a grant allow. */
const FROM: ReadonlySet<string> = new Set(
  ['Gateway', 'ListenerSet', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map(
    (kind) => `${GATEWAY_GROUP}/${kind}`,
  ),
)

/** Kinds that a grant can give access to. */
const TO: ReadonlySet<string> = new Set([
  '/Service',
  '/Secret',
  '/ConfigMap',
  'inference.networking.k8s.io/InferencePool',
  'gateway.networking.x-k8s.io/XBackend',
])

const keyOf = ({
  from,
  to,
}: Omit<CrossReference, 'to'> & { readonly to: Omit<CrossReference['to'], 'name'> }): string =>
  JSON.stringify([from.group, from.kind, from.namespace, to.group, to.kind, to.namespace])

/** Finds the grant that allows a reference. */
export class ReferenceGrants {
  /** Those that allow a reference that was asked about. */
  readonly used = new Set<ReferenceGrant>()
  /** By the two kinds and namespaces. */
  readonly #grants = new Map<string, { readonly name: string; readonly grant: ReferenceGrant }[]>()

  constructor(grants: readonly ReferenceGrant[]) {
    for (const grant of grants) this.#add(grant)
  }

  #add(grant: ReferenceGrant): void {
    const { namespace } = grant.meta
    for (const from of grant.spec.from) {
      if (!FROM.has(`${from.group}/${from.kind}`)) continue
      for (const { name, ...to } of grant.spec.to) {
        if (!TO.has(`${to.group}/${to.kind}`)) continue
        append(this.#grants, keyOf({ from, to: { ...to, namespace } }), { name: name ?? '', grant })
      }
    }
  }

  /** The grant that allows a reference to another namespace; undefined when none does. */
  grantFor(reference: CrossReference): ReferenceGrant | undefined {
    const grants = this.#grants.get(keyOf(reference))
    const found = grants?.find(({ name }) => name === '' || name === reference.to.name)?.grant
    if (found) this.used.add(found)
    return found
  }
}
