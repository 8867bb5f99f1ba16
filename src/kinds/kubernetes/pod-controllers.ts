/** The other kinds that make pods. Their template is where a Deployment has it; a CronJob has it one level deeper. */

import type { JsonMapping } from '../../sources/mapping.ts'
import type { ResourceOf } from '../define.ts'
import { type Infer, message, optional } from '../schema/index.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import {
  DeploymentSpec,
  recordDeployment,
  recordWorkloadSpec,
  WORKLOAD_FIELDS,
  workloadWithDefaults,
} from './deployment.ts'
import { changed, onMapping } from './record.ts'

const CONTROLLER = {
  spec: DeploymentSpec,
  status: NoStatus,
  list: 'podControllers',
  withDefaults: workloadWithDefaults,
  record: recordDeployment,
} as const

const LISTED = { readFor: ['everything'], misses: 'workloads that have no pod now' } as const

export const STATEFUL_SET = defineKubernetes({
  kind: 'StatefulSet',
  group: 'apps',
  versions: ['v1'],
  plural: 'statefulsets',
  ...CONTROLLER,
  ...LISTED,
})

export const DAEMON_SET = defineKubernetes({
  kind: 'DaemonSet',
  group: 'apps',
  versions: ['v1'],
  plural: 'daemonsets',
  ...CONTROLLER,
  ...LISTED,
})

export const ROLLOUT = defineKubernetes({
  kind: 'Rollout',
  group: 'argoproj.io',
  versions: ['v1alpha1'],
  plural: 'rollouts',
  ...CONTROLLER,
  ...LISTED,
})

/** Not read from live clusters, where they belong to Deployments with the same template. */
export const REPLICA_SET = defineKubernetes({
  kind: 'ReplicaSet',
  group: 'apps',
  versions: ['v1'],
  plural: 'replicasets',
  ...CONTROLLER,
  readFor: [],
})

/** Not read from live clusters, where a job without pods has ended. */
export const JOB = defineKubernetes({
  kind: 'Job',
  group: 'batch',
  versions: ['v1'],
  plural: 'jobs',
  ...CONTROLLER,
  readFor: [],
})

const JobTemplate = message('jobTemplate', { spec: optional(DeploymentSpec) }, open)
const CronJobSpec = message('spec', { ...WORKLOAD_FIELDS, jobTemplate: optional(JobTemplate) }, open)
type CronJobSpec = Infer<typeof CronJobSpec>

/** Copies the fields of its Jobs to the spec, where the other kinds have them. */
function jobFields(spec: CronJobSpec): CronJobSpec {
  const job = spec.jobTemplate?.spec ?? DeploymentSpec.zero
  return { ...workloadWithDefaults(job), jobTemplate: spec.jobTemplate }
}

const recordJobTemplate = onMapping((template) => changed(template, 'spec', recordWorkloadSpec))

/** Not read from live clusters, where the pods of its Jobs exist or have ended. */
export const CRON_JOB = defineKubernetes({
  kind: 'CronJob',
  group: 'batch',
  versions: ['v1', 'v1beta1'],
  plural: 'cronjobs',
  ...CONTROLLER,
  spec: CronJobSpec,
  withDefaults: jobFields,
  readFor: [],
  record: (object: JsonMapping) =>
    changed(
      object,
      'spec',
      onMapping((spec) => changed(spec, 'jobTemplate', recordJobTemplate)),
    ),
})

/** An object of any kind that makes pods. */
export type PodController = ResourceOf<typeof STATEFUL_SET>
