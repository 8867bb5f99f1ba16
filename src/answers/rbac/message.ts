/** Roles that allow reading objects of some kinds, and of istiod. */
import { groupBy } from '../../common/collections.ts'
import type { ApiKind } from '../../kinds/index.ts'
import { CONFIG_MAP } from '../../kinds/kubernetes/config-map.ts'
import { DEPLOYMENT } from '../../kinds/kubernetes/deployment.ts'
import { POD } from '../../kinds/kubernetes/pod.ts'
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
  /** Whose ports a command asks, by port-forward. */
  readonly asks: Asked
  /** Whether the Secrets and ConfigMaps are read that objects of the Gateway API refer to. */
  readonly certificates: boolean
}

/** Nothing; istiod; or proxies, and istiod about them. */
export type Asked = 'nothing' | 'istiod' | 'proxies'

export const ROLE_NAME = 'vipctl'
export const ISTIOD_ROLE_NAME = 'vipctl-istiod'
export const CERTIFICATES_ROLE_NAME = 'vipctl-certificates'

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

/**
 * A WebSocket begins with a GET request, so `get` allows a port-forward. Kubernetes 1.35 and later also want `create`,
 * which other clients have always needed.
 */
const FORWARD: Rule = { apiGroups: [POD.group], resources: [`${POD.plural}/portforward`], verbs: ['get', 'create'] }

/** What is read in istiod's namespace. @param reads whether the mesh is read */
function istiodRole(options: RoleOptions, reads: boolean): Role {
  const { watch, remoteSecrets, istioNamespace, meshConfigMap, asks } = options
  const secrets = remoteSecrets ? rulesOf([SECRET], ['list']) : []
  return {
    apiVersion: API,
    kind: 'Role',
    metadata: { name: ISTIOD_ROLE_NAME, namespace: istioNamespace },
    rules: [
      ...(reads
        ? [
            {
              apiGroups: [CONFIG_MAP.group],
              resources: [CONFIG_MAP.plural],
              resourceNames: [meshConfigMap],
              verbs: watch ? ['get', 'list', 'watch'] : ['get'],
            },
            ...rulesOf([DEPLOYMENT], listVerbs(options)),
          ]
        : []),
      ...secrets,
      ...(asks === 'nothing' ? [] : [...rulesOf([POD], ['list']), FORWARD]),
    ],
  }
}

/** The right to read Secrets is in roles of its own, so that it can be withheld. Each is read by its name. */
function certificateRoles({ namespaces, certificates }: RoleOptions): Role[] {
  if (!certificates) return []
  const name = CERTIFICATES_ROLE_NAME
  const rules = rulesOf([SECRET, CONFIG_MAP], ['get'])
  if (namespaces.length === 0) return [{ apiVersion: API, kind: 'ClusterRole', metadata: { name }, rules }]
  return namespaces.map((namespace) => ({ apiVersion: API, kind: 'Role', metadata: { name, namespace }, rules }))
}

/** The roles for what is read besides istiod's objects and certificates. */
function readingRoles(kinds: readonly ApiKind[], options: RoleOptions): Role[] {
  const { namespaces, asks } = options
  const forward = asks === 'proxies' ? [FORWARD] : []
  if (namespaces.length === 0) {
    const rules = [...rulesOf(kinds, listVerbs(options)), ...forward]
    return [{ apiVersion: API, kind: 'ClusterRole', metadata: { name: ROLE_NAME }, rules }]
  }
  const namespaced = kinds.filter((kind) => kind.namespaced)
  const rules = [...rulesOf(namespaced, listVerbs(options)), ...forward]
  return namespaces.map((namespace): Role => {
    return { apiVersion: API, kind: 'Role', metadata: { name: ROLE_NAME, namespace }, rules }
  })
}

/** @param toRead may contain a kind twice; empty for a command that only asks istiod */
export function rolesOf(toRead: readonly ApiKind[], options: RoleOptions): Role[] {
  const kinds = [...new Set(toRead)]
  if (kinds.length === 0) return [istiodRole(options, false)]
  return [...readingRoles(kinds, options), istiodRole(options, true), ...certificateRoles(options)]
}
