import { defineUnmodelled, type UnmodelledContext } from '../define.ts'

const POOL = {
  kind: 'InferencePool',
  plural: 'inferencepools',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'clusters and endpoints of the routes that refer to it',
  applies: ({ flag }: UnmodelledContext): boolean => flag('ENABLE_GATEWAY_API_INFERENCE_EXTENSION', false),
} as const

export const INFERENCE_POOL = defineUnmodelled({ ...POOL, group: 'inference.networking.k8s.io', versions: ['v1'] })

/** The API before its first stable version. */
export const X_INFERENCE_POOL = defineUnmodelled({
  ...POOL,
  group: 'inference.networking.x-k8s.io',
  versions: ['v1alpha2'],
})
