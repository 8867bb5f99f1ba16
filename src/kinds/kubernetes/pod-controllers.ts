/**
 * What makes pods beside Deployments, by a template at the same place. Only labels are read of it: a selector that
 * matches no pod may mean one of these, which has none at the moment.
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

/** Those of a live cluster belong to Deployments, which say the same. */
export const REPLICA_SET = defineKubernetes({
  kind: 'ReplicaSet',
  group: 'apps',
  versions: ['v1'],
  plural: 'replicasets',
  ...CONTROLLER,
  readFor: [],
})

/** A job of a live cluster that has no pod now has ended. */
export const JOB = defineKubernetes({
  kind: 'Job',
  group: 'batch',
  versions: ['v1'],
  plural: 'jobs',
  ...CONTROLLER,
  readFor: [],
})
