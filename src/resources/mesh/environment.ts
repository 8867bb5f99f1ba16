/** istiod's environment and version, from its Deployment or an object that installs it. */

import { parsePrefix } from '../../common/addresses.ts'
import { parseGoBool } from '../../common/go-bool.ts'
import type { Deployment } from '../../kinds/index.ts'
import type { Container } from '../../kinds/kubernetes/pod.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { IstioVersion } from '../../releases/version.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { problemAt } from '../problems.ts'
import { DEFAULT_IPV4_PREFIX } from './features.ts'
import {
  chooseIstiod,
  DEFAULT_REVISION,
  type IstiodChoice,
  type Istiods,
  isIstiod,
  revisionNamed,
  revisionOf,
  revisionsOf,
  revisionTags,
} from './istiod.ts'
import { type Release, type ReleaseOverrides, releaseOf } from './release.ts'
import { chooseSettings, chooseVersion } from './stated/choose.ts'
import type { Variable } from './stated/helm-values.ts'
import type { Statement } from './stated/statements.ts'

const CONTAINER = 'discovery'

/** Boolean settings of istiod that change what it sends (pilot/pkg/features). */
const BOOLEAN_SETTINGS: readonly string[] = [
  'DISABLE_SHADOW_HOST_SUFFIX',
  'DISABLE_TRACK_REMAINING_CB_METRICS',
  'ENABLE_100_CONTINUE_HEADERS',
  'ENABLE_ENHANCED_DESTINATIONRULE_MERGE',
  'ENABLE_HCM_INTERNAL_NETWORKS',
  'ENABLE_LOCALITY_WEIGHTED_LB_CONFIG',
  'ENABLE_MULTICLUSTER_HEADLESS',
  'ENABLE_PROXY_FIND_POD_BY_IP',
  'ENABLE_TLS_ON_SIDECAR_INGRESS',
  'ENABLE_WILDCARD_HOST_SERVICE_ENTRIES_FOR_TLS',
  'ISTIO_DUAL_STACK',
  'PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE',
  'PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS',
  'PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN',
  'PILOT_ENABLE_ALPN_FILTER',
  'PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES',
  'PILOT_ENABLE_GATEWAY_API',
  'PILOT_ENABLE_HEADLESS_FILTER_CHAIN_LISTENER',
  'PILOT_ENABLE_IP_AUTOALLOCATE',
  'PILOT_ENABLE_MONGO_FILTER',
  'PILOT_ENABLE_MYSQL_FILTER',
  'PILOT_ENABLE_PERSISTENT_SESSION_FILTER',
  'PILOT_ENABLE_QUIC_LISTENERS',
  'PILOT_ENABLE_REDIS_FILTER',
  'PILOT_ENABLE_ROUTE_COLLAPSE_OPTIMIZATION',
  'PILOT_FILTER_GATEWAY_CLUSTER_CONFIG',
  'PILOT_HTTP10',
  'PILOT_SCOPE_GATEWAY_TO_NAMESPACE',
  'PILOT_SEND_UNHEALTHY_ENDPOINTS',
  'PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE',
  'PILOT_SIDECAR_USE_REMOTE_ADDRESS',
  'PILOT_UNIFIED_SIDECAR_SCOPE',
  'PREFER_DESTINATIONRULE_TLS_FOR_EXTERNAL_SERVICES',
  'RESOLVE_HOSTNAME_GATEWAYS',
]

const PREFIX_SETTINGS: readonly string[] = ['PILOT_IP_AUTOALLOCATE_IPV4_PREFIX', 'PILOT_IP_AUTOALLOCATE_IPV6_PREFIX']

/** What of the input is about istiod, in its order. */
export interface IstiodObjects {
  /** Among them the Deployments of istiod, of which several are revisions, and the webhooks of revision tags. */
  readonly resources: readonly Resource[]
  /** What states how istiod is installed. */
  readonly statements: readonly Statement[]
  /** The same of --mesh-config, which overrides all of these. */
  readonly given: Statement | undefined
}

export interface IstiodSettings {
  readonly env: ReadonlyMap<string, string>
  /** What states how istiod is installed, if that applies. */
  readonly installation: Statement | undefined
  /** The version whose defaults the installation asks for. */
  readonly compatibility: IstioVersion | undefined
  readonly release: Release
  /** The requested revision, or that of the tag `default`; undefined for the istiod without one. */
  readonly revision: string | undefined
  readonly istiods: Istiods
}

/** Settings of the command line, which override a Deployment. */
export interface IstiodOverrides extends IstiodChoice, ReleaseOverrides {
  readonly istiodEnv?: ReadonlyMap<string, string> | undefined
}

/**
 * Variables with a value from elsewhere (`valueFrom`) appear empty here. To istiod, empty nearly always means the
 * default, so both are treated as absent.
 */
function environmentOf({ env }: Container, { location }: Deployment): ReadonlyMap<string, Variable> {
  return new Map(env.filter(({ value }) => value !== '').map(({ name, value }) => [name, { value, location }]))
}

/** What is wrong with the value of a variable, as the end of a sentence; undefined if nothing is. */
export function settingProblem(name: string, value: string): string | undefined {
  if (BOOLEAN_SETTINGS.includes(name) && parseGoBool(value) === undefined) return 'not a boolean (true or false)'
  if (PREFIX_SETTINGS.includes(name) && !parsePrefix(value)) {
    return `not an address range such as ${DEFAULT_IPV4_PREFIX}`
  }
  return undefined
}

function checkValues(env: ReadonlyMap<string, Variable>, problems: SourceProblem[]): void {
  for (const name of [...BOOLEAN_SETTINGS, ...PREFIX_SETTINGS]) {
    const variable = env.get(name)
    const problem = variable && settingProblem(name, variable.value)
    if (variable === undefined || problem === undefined) continue
    const text = JSON.stringify(variable.value.slice(0, 80))
    const message = `istiod's ${name} is ${text}, which is ${problem}: the default applies`
    problems.push(problemAt(variable.location, { severity: 'warning', message }))
  }
}

/** The revision that is asked for, by its name or a tag; without one, that of the tag `default`. */
function revisionAsked(asked: string | undefined, named: Pick<Istiods, 'revisions' | 'tags'>): string | undefined {
  if (asked === undefined) return named.tags.has(DEFAULT_REVISION) ? revisionNamed(DEFAULT_REVISION, named) : undefined
  return named.revisions.includes(asked) ? asked : (revisionNamed(asked, named) ?? asked)
}

/** The environment of the input and of --mesh-config, overridden by the command line. */
function environment(
  ofInput: ReadonlyMap<string, Variable>,
  given: Statement | undefined,
  { istiodEnv = new Map() }: IstiodOverrides,
  problems: SourceProblem[],
): ReadonlyMap<string, string> {
  const env = new Map([...ofInput, ...(given?.env ?? [])])
  checkValues(env, problems)
  return new Map([...[...env].map(([name, { value }]): [string, string] => [name, value]), ...istiodEnv])
}

/**
 * istiod's settings from its Deployment, or else from an object that installs it, overridden by the command line.
 * Without a revision in the request, that of the tag `default` applies, if there is one.
 */
export function istiodSettings(
  { resources, statements, given }: IstiodObjects,
  overrides: IstiodOverrides,
  problems: SourceProblem[],
): IstiodSettings {
  const deployments = resources.filter((resource) => isIstiod(resource, overrides.istioNamespace))
  const named = { revisions: revisionsOf(deployments), tags: revisionTags(resources) }
  const revision = revisionAsked(overrides.revision, named)
  const deployment = chooseIstiod(deployments, revision)
  if (!deployment && revision !== undefined && deployments.length > 0)
    reportDeployments(deployments, revision, problems)
  if (deployment && overrides.revision === undefined) reportRevision(deployment, deployments, problems)
  const installation = chooseSettings(statements, revision, problems)
  const container = deployment?.spec.template?.spec?.containers.find(({ name }) => name === CONTAINER)
  const ofDeployment = deployment && container ? environmentOf(container, deployment) : new Map()
  const versioned = given?.version ? given : chooseVersion(statements, revision)
  return {
    env: environment(deployment ? ofDeployment : (installation?.env ?? new Map()), given, overrides, problems),
    release: releaseOf({ deployment, container, installation: versioned }, overrides, problems),
    revision,
    istiods: { ...named, applied: deployment && revisionOf(deployment) },
    installation,
    compatibility: given?.compatibility ?? (deployment ? undefined : installation?.compatibility),
  }
}

function reportDeployments(deployments: readonly Deployment[], revision: string, problems: SourceProblem[]): void {
  const known = revisionsOf(deployments).join(', ')
  problems.push({
    severity: 'warning',
    message: `the input has no istiod of revision ${revision}: the default settings apply`,
    hint: `it has ${known}`,
  })
}

function reportRevision(chosen: Deployment, deployments: readonly Deployment[], problems: SourceProblem[]): void {
  const others = new Set(deployments.map(({ meta }) => meta.name))
  others.delete(chosen.meta.name)
  if (others.size === 0) return
  const { name } = chosen.meta
  problems.push(
    problemAt(chosen.location, {
      severity: 'warning',
      message: `several istiod revisions: the settings of Deployment ${name} apply, not those of ${[...others].join(', ')}`,
      hint: 'choose another with --revision',
    }),
  )
}
