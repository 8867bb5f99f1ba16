/** Roles as manifests for `kubectl apply`, with comments about how to grant them to a user. */
import { shellWord } from '../../formats/shell-words.ts'
import { yamlDocuments } from '../../formats/yaml.ts'
import { CERTIFICATES_ROLE_NAME, type Role, type Rule } from './message.ts'

/** `kubectl` lines that bind the roles to a user. */
function bindings(roles: readonly Role[]): string[] {
  return roles.map(({ kind, metadata: { name, namespace = '' } }) =>
    kind === 'ClusterRole'
      ? `kubectl create clusterrolebinding ${name} --clusterrole=${name} --user=NAME`
      : `kubectl create rolebinding ${name} -n ${shellWord(namespace)} --role=${name} --user=NAME`,
  )
}

const isForward = ({ resources }: Rule): boolean => resources.some((name) => name.endsWith('/portforward'))

/** @param isPart whether the roles are for some namespaces only */
export function* rolesText(roles: readonly Role[], isPart: boolean): Iterable<string> {
  const forwards = roles.some(({ rules }) => rules.some(isForward))
  yield forwards
    ? '# vipctl only reads, but the right to port-forward reaches every port of these pods. To give it to a user\n'
    : '# Read-only. To give it to a user '
  yield `${forwards ? '# ' : ''}(for a group --group=NAME, for a service account --serviceaccount=NS:NAME):\n`
  for (const line of bindings(roles)) yield `#   ${line}\n`
  if (roles.some(({ metadata }) => metadata.name === CERTIFICATES_ROLE_NAME)) {
    yield `# ${CERTIFICATES_ROLE_NAME} reads the Secrets and ConfigMaps that Gateways refer to, each by its name. RBAC cannot\n`
    yield '# express that, so the role allows to get any. Without it, vipctl warns and assumes that they exist.\n'
  }
  if (isPart) {
    yield '# Namespaces and Nodes belong to no namespace: discovery selectors, networks and localities are not known\n'
    yield '# without the right to list them.\n'
  }
  yield* yamlDocuments(roles)
}
