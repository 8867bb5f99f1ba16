import { defineUnmodelled, type UnmodelledContext } from '../define.ts'

const usesInference = ({ flag }: UnmodelledContext): boolean => flag('ENABLE_GATEWAY_API_INFERENCE_EXTENSION', false)

export const INFERENCE_POOL = defineUnmodelled({
  kind: 'InferencePool',
  group: 'inference.networking.k8s.io',
  versions: ['v1'],
  plural: 'inferencepools',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'clusters and endpoints of the routes that refer to it',
  applies: usesInference,
})

/** The API before its first stable version. */
export const X_INFERENCE_POOL = defineUnmodelled({
  kind: 'InferencePool',
  group: 'inference.networking.x-k8s.io',
  versions: ['v1alpha2'],
  plural: 'inferencepools',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'clusters and endpoints of the routes that refer to it',
  applies: usesInference,
})
