import { defineUnmodelled, type UnmodelledContext } from '../define.ts'

const GROUP = 'multicluster.x-k8s.io'
const VERSIONS = ['v1beta1', 'v1alpha1'] as const

const usesMultiClusterServices = ({ flag }: UnmodelledContext): boolean =>
  flag('ENABLE_MCS_HOST', false) || flag('ENABLE_MCS_SERVICE_DISCOVERY', false)

export const SERVICE_EXPORT = defineUnmodelled({
  kind: 'ServiceExport',
  group: GROUP,
  versions: VERSIONS,
  plural: 'serviceexports',
  namespaced: true,
  clusters: 'all',
  readFor: ['names', 'configuration'],
  differs: 'clusterset.local hosts, and which clusters a Service has endpoints in',
  applies: usesMultiClusterServices,
})

export const SERVICE_IMPORT = defineUnmodelled({
  kind: 'ServiceImport',
  group: GROUP,
  versions: VERSIONS,
  plural: 'serviceimports',
  namespaced: true,
  clusters: 'all',
  readFor: ['names', 'configuration'],
  differs: 'clusterset.local hosts, and which clusters a Service has endpoints in',
  applies: usesMultiClusterServices,
})
