/**
 * Kinds other than Deployment that create pods from a template at the same path. Only labels are read from it: a
 * selector that matches no pod may be meant for one of these, which has no pods at the moment.
 */

import { defineKubernetes, NoStatus } from './define.ts'
import { DeploymentSpec, recordDeployment } from './deployment.ts'

const CONTROLLER = {
  spec: DeploymentSpec,
  status: NoStatus,
  list: 'podControllers',
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
