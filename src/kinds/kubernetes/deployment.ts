/** Deployment (k8s.io/api apps/v1), and the fields that all objects with a pod template share. */
import type { JsonMapping } from '../../sources/mapping.ts'
import type { ResourceOf } from '../define.ts'
import { type Infer, map, message, optional, string, type Type } from '../schema/index.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import { PodSpec, podWithDefaults, recordPodSpec } from './pod.ts'
import { changed, only, onMapping, pick } from './record.ts'

/**
 * A number of pods. Templates and overlays may have placeholders here, and nothing that istiod reads depends on it, so
 * a value that is not a number is ignored.
 */
const count: Type<number | undefined> = {
  name: 'number',
  zero: undefined,
  decode: (value) => (typeof value === 'number' && Number.isInteger(value) ? value : undefined),
}

const PodTemplateMeta = message('metadata', { labels: map(string), annotations: map(string) }, open)
export const PodTemplate = message('template', { metadata: optional(PodTemplateMeta), spec: optional(PodSpec) }, open)
export type PodTemplate = Infer<typeof PodTemplate>
const MatchLabels = message('selector', { matchLabels: map(string) }, open)
const Ordinals = message('ordinals', { start: count }, open)

/**
 * The fields that decide which pods are made, for all kinds: `parallelism` is a Job's, `serviceName` a StatefulSet's.
 */
export const WORKLOAD_FIELDS = {
  replicas: count,
  parallelism: count,
  serviceName: string,
  ordinals: optional(Ordinals),
  selector: optional(MatchLabels),
  template: optional(PodTemplate),
} as const

export const DeploymentSpec = message('spec', WORKLOAD_FIELDS, open)
export type DeploymentSpec = Infer<typeof DeploymentSpec>

/** A template as the API server would store it. */
const templateWithDefaults = (template: PodTemplate | undefined): PodTemplate | undefined =>
  template?.spec ? { ...template, spec: podWithDefaults(template.spec) } : template

/** The spec of a workload as the API server would store it. */
export const workloadWithDefaults = (spec: DeploymentSpec): DeploymentSpec => ({
  ...spec,
  template: templateWithDefaults(spec.template),
})

const recordTemplate = onMapping((template) => ({
  ...changed(template, 'metadata', only(['labels', 'annotations'])),
  ...changed(template, 'spec', recordPodSpec),
}))

export const recordWorkloadSpec = onMapping((spec) => ({
  ...pick(spec, ['replicas', 'parallelism', 'serviceName']),
  ...changed(spec, 'ordinals', only(['start'])),
  ...changed(spec, 'selector', only(['matchLabels'])),
  ...changed(spec, 'template', recordTemplate),
}))

/** What `snapshot` writes for an object with a pod template. */
export const recordDeployment = (object: JsonMapping): JsonMapping => changed(object, 'spec', recordWorkloadSpec)

/** istiod's own Deployments are always read, for every purpose. */
export const DEPLOYMENT = defineKubernetes({
  kind: 'Deployment',
  group: 'apps',
  versions: ['v1'],
  plural: 'deployments',
  spec: DeploymentSpec,
  status: NoStatus,
  list: 'deployments',
  readFor: ['proxies'],
  misses: 'Deployments by which proxies are named',
  withDefaults: workloadWithDefaults,
  record: recordDeployment,
})
export type Deployment = ResourceOf<typeof DEPLOYMENT>
