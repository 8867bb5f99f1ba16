import { defineUnmodelled } from '../define.ts'

export const INFERENCE_POOL = defineUnmodelled({
  kind: 'InferencePool',
  group: 'inference.networking.k8s.io',
  versions: ['v1'],
  plural: 'inferencepools',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'clusters and endpoints of the routes that refer to it',
  applies: ({ flag }) => flag('ENABLE_GATEWAY_API_INFERENCE_EXTENSION', false),
})
