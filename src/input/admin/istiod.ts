/** istiod's debug interface, which every instance has for the proxies that are connected to it. */
import { LABELS } from '../../common/istio-names.ts'
import { POD, type Pod } from '../../kinds/kubernetes/pod.ts'
import { DEFAULT_REVISION, type IstiodChoice, SYSTEM_NAMESPACE } from '../../resources/mesh/istiod.ts'
import { placeOfCluster } from '../live/gaps.ts'
import { type LiveCluster, LiveError, type PodAnswer, PodError } from '../live/index.ts'
import { ISTIOD } from '../live/needs.ts'
import { namesText } from '../words.ts'
import { podsIn } from './pods.ts'

/** A running instance of istiod. */
export interface IstiodInstance {
  readonly cluster: LiveCluster
  readonly namespace: string
  readonly pod: string
  readonly revision: string
  /** Of its debug interface, the usual one first. */
  readonly ports: readonly number[]
}

/** The annotation that istioctl takes the port from, and the port without it (pkg/kube/client.go). */
const PORT_ANNOTATION = 'prometheus.io/port'
const MONITORING_PORT = 15014
/** Has the debug interface too, and alone if istiod runs without a monitoring address. */
const HTTP_PORT = 8080
const HIGHEST_PORT = 65535

function portsOf({ meta }: Pod): readonly number[] {
  const stated = Number(meta.annotations.get(PORT_ANNOTATION))
  const isPort = Number.isInteger(stated) && stated > 0 && stated <= HIGHEST_PORT
  return [...new Set([isPort ? stated : MONITORING_PORT, HTTP_PORT])]
}

const revisionOf = ({ meta }: Pod): string => meta.labels.get(LABELS.revision) || DEFAULT_REVISION

/** How many revisions a message names. */
const MOST_NAMED = 5

async function instancesIn(
  cluster: LiveCluster,
  { istioNamespace = SYSTEM_NAMESPACE, revision }: IstiodChoice,
): Promise<readonly IstiodInstance[]> {
  const request = { kind: POD, namespaces: [istioNamespace], labelSelector: ISTIOD.selector }
  const { documents, gaps } = await cluster.load([request])
  const [gap] = gaps
  if (gap) {
    throw new LiveError(
      `${placeOfCluster(cluster)}: the pods of istiod may not be listed (403): ${gap.reason}`,
      '`vipctl rbac proxy-status` prints the role that is needed',
    )
  }
  const pods = podsIn(documents).filter(({ status }) => status.phase === 'Running')
  const wanted = pods.filter((pod) => revision === undefined || revisionOf(pod) === revision)
  if (wanted.length === 0 && pods.length > 0) {
    const known = namesText([...new Set(pods.map(revisionOf))], MOST_NAMED)
    throw new LiveError(`${placeOfCluster(cluster)}: no istiod of revision ${revision} runs`, `it has ${known}`)
  }
  return wanted.map((pod) => ({
    cluster,
    namespace: pod.meta.namespace,
    pod: pod.meta.name,
    revision: revisionOf(pod),
    ports: portsOf(pod),
  }))
}

/**
 * The running instances of istiod in some clusters.
 * @returns an empty list when there are none
 * @throws LiveError when they may not be listed, or when those of a cluster are all of other revisions
 */
export async function istiodInstances(
  clusters: readonly LiveCluster[],
  choice: IstiodChoice,
): Promise<readonly IstiodInstance[]> {
  const instances: IstiodInstance[] = []
  for (const cluster of clusters) instances.push(...(await instancesIn(cluster, choice)))
  return instances
}

/** An instance in messages. */
export const placeOfInstance = ({ cluster, namespace, pod }: IstiodInstance): string =>
  `${placeOfCluster(cluster)}: pod ${pod} of namespace ${namespace}`

/** What istiod says about a proxy that is connected to another instance. Any other 404 is that of an unknown path. */
const NOT_CONNECTED = 'Proxy not connected'

/** The answer of one port; undefined when it does not have the debug interface. */
async function askPort(instance: IstiodInstance, port: number, path: string): Promise<PodAnswer | undefined> {
  const { cluster, namespace, pod } = instance
  try {
    const answer = await cluster.ask({ namespace, pod, port, server: 'istiod' }, path)
    return answer.status === 404 && !answer.text.startsWith(NOT_CONNECTED) ? undefined : answer
  } catch (error) {
    if (error instanceof PodError && error.isUnused) return undefined
    throw error
  }
}

/**
 * Asks the debug interface of an instance. A port-forward ends at the loopback of the pod, where istiod asks for no
 * credentials.
 * @param path such as `/debug/syncz`
 * @returns the answer, with any status
 * @throws LiveError when the pod cannot be asked, or has no debug interface
 */
export async function askIstiod(instance: IstiodInstance, path: string): Promise<PodAnswer> {
  for (const port of instance.ports) {
    const answer = await askPort(instance, port, path)
    if (answer !== undefined) return answer
  }
  throw new LiveError(
    `${placeOfInstance(instance)}: istiod has no debug interface on the ports ${instance.ports.join(' and ')}`,
    'it is off if ENABLE_DEBUG_ON_HTTP is false in the environment of istiod; `istioctl proxy-status -o json` asks another way, and vipctl proxy-status --syncz takes what it prints',
  )
}
