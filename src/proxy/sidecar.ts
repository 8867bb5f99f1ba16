/**
 * The proxy container of an injected pod, read as the agent reads its environment (pkg/bootstrap/config.go
 * GetNodeMetaData, pilot/cmd/pilot-agent/config/config.go ConstructProxyConfig).
 */

import { ANNOTATIONS, LABELS } from '../common/istio-names.ts'
import type { Pod } from '../kinds/index.ts'
import type { Container, EnvVar } from '../kinds/kubernetes/pod.ts'
import { describeResource } from '../kinds/resource.ts'
import { DecodeContext } from '../kinds/schema/index.ts'
import { versionNumber } from '../releases/version.ts'
import { DEFAULT_MESH_CONFIG } from '../resources/mesh/defaults.ts'
import { overlayProxyConfig } from '../resources/mesh/merge.ts'
import type { ProxyConfig } from '../resources/mesh/mesh-config.ts'
import { versionOfImage } from '../resources/mesh/release.ts'
import { problemAt } from '../resources/problems.ts'
import type { JsonValue, SourceProblem } from '../sources/document.ts'

const PROXY_CONTAINER = 'istio-proxy'
const META_PREFIX = 'ISTIO_META_'
const JSON_META_PREFIX = 'ISTIO_METAJSON_'
const JSON_LABELS = 'ISTIO_METAJSON_LABELS'
const PROXY_CONFIG = 'PROXY_CONFIG'
const DOMAIN_FLAG = '--domain'

type Texts = ReadonlyMap<string, string>

/** What runs in the proxy container. `waypoint` and `ztunnel` belong to ambient mode. */
export type ContainerType = 'sidecar' | 'router' | 'waypoint' | 'ztunnel'

const CONTAINER_TYPES: readonly string[] = ['sidecar', 'router', 'waypoint', 'ztunnel'] satisfies ContainerType[]

/** The containers of a pod or template, including native sidecars (init containers that keep running). */
export function proxyContainer(spec: {
  readonly containers: readonly Container[]
  readonly initContainers: readonly Container[]
}): Container | undefined {
  const isProxy = ({ name }: Container): boolean => name === PROXY_CONTAINER
  return spec.containers.find(isProxy) ?? spec.initContainers.find(isProxy)
}

/** Whether the arguments of a proxy state its type. */
export const statesType = (container: Container | undefined): boolean => (container?.args.length ?? 0) > 0

/** The proxy type in the arguments; undefined when there is none or it is unknown. */
export function statedType(container: Container | undefined): ContainerType | undefined {
  const type = container?.args[1] ?? ''
  return CONTAINER_TYPES.includes(type) ? (type as ContainerType) : undefined
}

/** Whether a pod's proxy states that it is a router; annotations decide if its arguments are unknown. */
export function isRouter(container: Container | undefined, annotations: Texts): boolean {
  if (statesType(container)) return statedType(container) === 'router'
  return annotations.get(ANNOTATIONS.injectionTemplates)?.split(',').includes('gateway') ?? false
}

/** Whether the pod is already injected; otherwise a container of this name only customizes injection. */
export function isInjected(container: Container | undefined, annotations: Texts): container is Container {
  if (!container) return false
  return annotations.has(ANNOTATIONS.injectionStatus) || container.env.some(({ name }) => name === PROXY_CONFIG)
}

const LABEL_FIELD = /^metadata\.(labels|annotations)\['(.+)'\]$/

/** The value of a downward API field; undefined when unknown. */
function fieldOf({ meta, spec, status }: Pod, path: string): string | undefined {
  const [, texts, key] = LABEL_FIELD.exec(path) ?? []
  if (key !== undefined) return (texts === 'labels' ? meta.labels : meta.annotations).get(key) ?? ''
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': meta.name,
    'metadata.namespace': meta.namespace,
    'spec.nodeName': spec.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName,
    'status.podIP': status.podIP,
    'status.podIPs': status.podIPs.map(({ ip }) => ip).join(','),
    'status.hostIP': status.hostIP,
  }
  return Object.hasOwn(fields, path) ? fields[path] : undefined
}

const REFERENCE = /\$\$|\$\(([^()]*)\)/g

/** Expands `$(NAME)` as kubelet does: unknown names are kept, `$$` becomes one dollar. */
function expand(text: string, env: Texts): string {
  if (!text.includes('$')) return text
  return text.replace(REFERENCE, (all, name: string | undefined) => (name === undefined ? '$' : (env.get(name) ?? all)))
}

/** The value of a variable; undefined when the input does not have it. */
function valueOf({ value, valueFrom }: EnvVar, env: Texts, pod: Pod | undefined): string | undefined {
  if (!valueFrom) return expand(value, env)
  const path = valueFrom.fieldRef?.fieldPath
  return path !== undefined && pod ? fieldOf(pod, path) : undefined
}

/**
 * The environment of a container, as far as the input has it: values and fields of the pod, but not from Secrets,
 * ConfigMaps and resources.
 * @param pod undefined for a template, whose fields are not known yet
 */
export function environmentOf(container: Container | undefined, pod: Pod | undefined): Texts {
  const env = new Map<string, string>()
  for (const variable of container?.env ?? []) {
    const text = valueOf(variable, env, pod)
    if (text !== undefined) env.set(variable.name, text)
  }
  return env
}

/** `ISTIO_META_X` to X. */
export function metadataOfEnv(env: Texts): Map<string, string> {
  const out = new Map<string, string>()
  for (const [name, value] of env) if (name.startsWith(META_PREFIX)) out.set(name.slice(META_PREFIX.length), value)
  return out
}

function mappingOf(text: string): Readonly<Record<string, JsonValue>> {
  try {
    const value = JSON.parse(text) as JsonValue
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  } catch {
    return {}
  }
}

/** The keys of the objects in `ISTIO_METAJSON_X`, which include the labels that the proxy is started with. */
function metadataOfJson(env: Texts): Map<string, string> {
  const out = new Map<string, string>()
  for (const [name, text] of env) {
    if (!name.startsWith(JSON_META_PREFIX)) continue
    const mapping = mappingOf(text)
    for (const [key, value] of Object.entries(mapping)) {
      out.set(key, typeof value === 'string' ? value : JSON.stringify(value))
    }
    if (name === JSON_LABELS) out.set('STATIC_LABELS', JSON.stringify(mapping))
  }
  return out
}

/** What an injected proxy sends about itself besides its identity. */
export interface InjectedSettings {
  /** Overrides what its ProxyConfig states. */
  readonly metadata: ReadonlyMap<string, string>
  /** Undefined when its environment has none. */
  readonly config: ProxyConfig | undefined
  /** `default.svc.cluster.local`; undefined when its arguments do not state it. */
  readonly domain: string | undefined
  /** The revision of the istiod that injected it. */
  readonly revision: string | undefined
  readonly problems: readonly SourceProblem[]
}

/** The argument after a flag, or after its equals sign. */
function argumentOf(args: readonly string[], flag: string): string | undefined {
  const index = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`))
  const found = args[index]
  if (found === undefined) return undefined
  return found === flag ? args[index + 1] : found.slice(flag.length + 1)
}

/**
 * The ProxyConfig that injection wrote into the environment. It overrides the agent's defaults, not those of the mesh,
 * which were merged into it at injection.
 */
function configOfEnv(env: Texts, pod: Pod, problems: SourceProblem[]): ProxyConfig | undefined {
  const text = env.get(PROXY_CONFIG) ?? ''
  const base = DEFAULT_MESH_CONFIG.defaultConfig
  if (text.trim() === '' || !base) return undefined
  const context = new DecodeContext()
  const config = overlayProxyConfig(base, mappingOf(text), context)
  const [error] = context.errors
  if (!error) return config
  const message = `${PROXY_CONFIG} of ${describeResource(pod)} is left out: ${error.path.join('.')} ${error.message}`
  problems.push(problemAt(pod.location, { severity: 'warning', message }))
  return undefined
}

/** Reads the proxy container of an injected pod. */
export function injectedSettings(pod: Pod, container: Container): InjectedSettings {
  const problems: SourceProblem[] = []
  const env = environmentOf(container, pod)
  const version = versionOfImage(container.image)
  const account = env.get('SERVICE_ACCOUNT')
  const metadata = new Map([
    ...(version ? [['ISTIO_VERSION', versionNumber(version)] as const] : []),
    ...(account ? [['SERVICE_ACCOUNT', account] as const] : []),
    ...metadataOfEnv(env),
    ...metadataOfJson(env),
  ])
  const domain = argumentOf(container.args, DOMAIN_FLAG)
  return {
    metadata,
    config: configOfEnv(env, pod, problems),
    domain: domain && expand(domain, env),
    revision: injectedRevision(pod),
    problems,
  }
}

/** The revision of the istiod that injected a pod, as recorded in the pod. */
export function injectedRevision({ meta }: Pod): string | undefined {
  const { revision } = mappingOf(meta.annotations.get(ANNOTATIONS.injectionStatus) ?? '')
  if (typeof revision === 'string' && revision !== '') return revision
  return meta.annotations.get(LABELS.revision) || meta.labels.get(LABELS.revision) || undefined
}
