/** Deployment (k8s.io/api apps/v1). */
import type { JsonMapping } from '../../sources/mapping.ts'
import type { ResourceOf } from '../define.ts'
import { type Infer, map, message, optional, string } from '../schema/index.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import { PodSpec, podWithDefaults, recordPodSpec } from './pod.ts'
import { changed, only, onMapping } from './record.ts'

const PodTemplateMeta = message('metadata', { labels: map(string), annotations: map(string) }, open)
const PodTemplate = message('template', { metadata: optional(PodTemplateMeta), spec: optional(PodSpec) }, open)
const MatchLabels = message('selector', { matchLabels: map(string) }, open)
export const DeploymentSpec = message(
  'spec',
  { selector: optional(MatchLabels), template: optional(PodTemplate) },
  open,
)
export type DeploymentSpec = Infer<typeof DeploymentSpec>

function withDefaults(spec: DeploymentSpec): DeploymentSpec {
  const { template } = spec
  return template?.spec ? { ...spec, template: { ...template, spec: podWithDefaults(template.spec) } } : spec
}

const recordTemplate = onMapping((template) => ({
  ...changed(template, 'metadata', only(['labels', 'annotations'])),
  ...changed(template, 'spec', recordPodSpec),
}))

const recordSpec = onMapping((spec) => ({
  ...changed(spec, 'selector', only(['matchLabels'])),
  ...changed(spec, 'template', recordTemplate),
}))

/** What `snapshot` writes of an object with a pod template. */
export const recordDeployment = (object: JsonMapping): JsonMapping => changed(object, 'spec', recordSpec)

/** istiod's own Deployments are always read as well, whatever a cluster is read for. */
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
  withDefaults,
  record: recordDeployment,
})
export type Deployment = ResourceOf<typeof DEPLOYMENT>
