/** Roles that allow reading objects of some kinds, and of istiod. */
import { groupBy } from '../../common/collections.ts'
import type { ApiKind } from '../../kinds/index.ts'
import { CONFIG_MAP } from '../../kinds/kubernetes/config-map.ts'
import { DEPLOYMENT } from '../../kinds/kubernetes/deployment.ts'
import { SECRET } from '../../kinds/kubernetes/secret.ts'

export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

export interface Role {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1'
  readonly kind: 'ClusterRole' | 'Role'
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules: readonly Rule[]
}

export interface RoleOptions {
  /** Only these namespaces; all when empty. */
  readonly namespaces: readonly string[]
  readonly watch: boolean
  readonly remoteSecrets: boolean
  readonly istioNamespace: string
  readonly meshConfigMap: string
}

export const ROLE_NAME = 'vipctl'
export const ISTIOD_ROLE_NAME = 'vipctl-istiod'

const API = 'rbac.authorization.k8s.io/v1'

/** One rule per group. */
function rulesOf(kinds: readonly ApiKind[], verbs: readonly string[]): Rule[] {
  return [...groupBy(kinds, ({ group }) => group)].map(([group, members]) => ({
    apiGroups: [group],
    resources: [...new Set(members.map(({ plural }) => plural))],
    verbs,
  }))
}

const listVerbs = ({ watch }: RoleOptions): readonly string[] => (watch ? ['list', 'watch'] : ['list'])

/** What is always read in istiod's namespace. */
function istiodRole(options: RoleOptions): Role {
  const { watch, remoteSecrets, istioNamespace, meshConfigMap } = options
  const secrets = remoteSecrets ? rulesOf([SECRET], ['list']) : []
  return {
    apiVersion: API,
    kind: 'Role',
    metadata: { name: ISTIOD_ROLE_NAME, namespace: istioNamespace },
    rules: [
      {
        apiGroups: [CONFIG_MAP.group],
        resources: [CONFIG_MAP.plural],
        resourceNames: [meshConfigMap],
        verbs: watch ? ['get', 'list', 'watch'] : ['get'],
      },
      ...rulesOf([DEPLOYMENT], listVerbs(options)),
      ...secrets,
    ],
  }
}

/** @param toRead may contain a kind twice */
export function rolesOf(toRead: readonly ApiKind[], options: RoleOptions): Role[] {
  const kinds = [...new Set(toRead)]
  const { namespaces } = options
  if (namespaces.length === 0) {
    const rules = rulesOf(kinds, listVerbs(options))
    return [{ apiVersion: API, kind: 'ClusterRole', metadata: { name: ROLE_NAME }, rules }, istiodRole(options)]
  }
  const rules = rulesOf(
    kinds.filter(({ namespaced }) => namespaced),
    listVerbs(options),
  )
  return [
    ...namespaces.map((namespace): Role => {
      return { apiVersion: API, kind: 'Role', metadata: { name: ROLE_NAME, namespace }, rules }
    }),
    istiodRole(options),
  ]
}
