/** What is read of a live cluster for each kind of answer, and why. */
import type { ApiKind, ModelledKind, Reads, UnmodelledKind } from '../../kinds/index.ts'
import { CONFIG_MAP } from '../../kinds/kubernetes/config-map.ts'
import { DEPLOYMENT } from '../../kinds/kubernetes/deployment.ts'
import { SECRET } from '../../kinds/kubernetes/secret.ts'
import { MODELLED_KINDS, UNMODELLED_KINDS } from '../../kinds/list.ts'

export interface Need {
  readonly kind: ApiKind
  /** What the answer may miss without it. */
  readonly misses: string
  /** Read of remote clusters too; Istio's own kinds count in the config cluster alone. */
  readonly everyCluster: boolean
  /** Nothing is computed from it; that there are such objects has to be said. */
  readonly unmodelled: boolean
}

function needOf(kind: ModelledKind | UnmodelledKind): Need {
  const unmodelled = 'differs' in kind
  return { kind, misses: unmodelled ? '' : kind.misses, everyCluster: kind.clusters === 'all', unmodelled }
}

const isReadFor = (reads: Reads, { readFor }: ModelledKind | UnmodelledKind): boolean =>
  reads === 'everything' ? readFor.length > 0 : readFor.includes(reads)

/** What a live cluster is asked for, in this order. */
export const needsOf = (reads: Reads): readonly Need[] =>
  [...MODELLED_KINDS, ...UNMODELLED_KINDS].filter((kind) => isReadFor(reads, kind)).map(needOf)

/** Deployments are read where they are needed: to list proxies all of them, to find one those of its namespace. */
export const DEPLOYMENTS: Need = needOf(DEPLOYMENT)

/** Istiod's own objects, all in its namespace. */
export const ISTIOD = {
  configMap: CONFIG_MAP,
  deployment: DEPLOYMENT,
  secret: SECRET,
  selector: 'app=istiod',
} as const
