/** What each kind of answer reads from a live cluster, and why. */
import type { ApiKind, ModelledKind, Reads, UnmodelledKind } from '../../kinds/index.ts'
import { CONFIG_MAP } from '../../kinds/kubernetes/config-map.ts'
import { DEPLOYMENT } from '../../kinds/kubernetes/deployment.ts'
import {
  CRON_JOB,
  DAEMON_SET,
  JOB,
  REPLICA_SET,
  ROLLOUT,
  STATEFUL_SET,
} from '../../kinds/kubernetes/pod-controllers.ts'
import { SECRET } from '../../kinds/kubernetes/secret.ts'
import { MODELLED_KINDS, UNMODELLED_KINDS } from '../../kinds/list.ts'
import { isReadFor } from '../../kinds/lookup.ts'

export interface Need {
  readonly kind: ApiKind
  /** What the answer may miss without it. */
  readonly misses: string
  /** Also read from remote clusters; Istio's own kinds are read from the config cluster only. */
  readonly everyCluster: boolean
  /** An unmodelled kind, whose objects are only reported. */
  readonly unmodelled: boolean
}

function needOf(kind: ModelledKind | UnmodelledKind): Need {
  const unmodelled = 'differs' in kind
  return { kind, misses: unmodelled ? '' : kind.misses, everyCluster: kind.clusters === 'all', unmodelled }
}

/** What to request from a live cluster, in order. */
export const needsOf = (reads: Reads): readonly Need[] =>
  [...MODELLED_KINDS, ...UNMODELLED_KINDS].filter((kind) => isReadFor(reads, kind)).map(needOf)

/**
 * The kinds of workloads that `--proxy TYPE/NAME` can name, Deployments first. They are read only on demand: all
 * Deployments to list proxies, and those of one kind and namespace to find one workload.
 */
export const WORKLOADS: readonly Need[] = [
  DEPLOYMENT,
  STATEFUL_SET,
  DAEMON_SET,
  REPLICA_SET,
  JOB,
  CRON_JOB,
  ROLLOUT,
].map((kind) => ({ ...needOf(kind), misses: `${kind.kind}s by which proxies are named` }))

/** istiod's own objects, which are all in its namespace. */
export const ISTIOD = {
  configMap: CONFIG_MAP,
  deployment: DEPLOYMENT,
  secret: SECRET,
  selector: 'app=istiod',
} as const
