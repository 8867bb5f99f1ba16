/**
 * What installs istiod. Not read from a live cluster, which has the results. Their settings are read
 * (resources/mesh/stated/), so such objects are not reported.
 */
import { defineUnmodelled } from '../define.ts'

export const ISTIO_OPERATOR = defineUnmodelled({
  kind: 'IstioOperator',
  group: 'install.istio.io',
  versions: ['v1alpha1'],
  plural: 'istiooperators',
  namespaced: true,
  clusters: 'config',
  readFor: [],
  differs: 'the routers that it installs',
})

export const SAIL_ISTIO = defineUnmodelled({
  kind: 'Istio',
  group: 'sailoperator.io',
  versions: ['v1', 'v1alpha1'],
  plural: 'istios',
  namespaced: false,
  clusters: 'config',
  readFor: [],
  differs: 'the routers that it installs',
})

export const SAIL_ISTIO_REVISION = defineUnmodelled({
  kind: 'IstioRevision',
  group: 'sailoperator.io',
  versions: ['v1', 'v1alpha1'],
  plural: 'istiorevisions',
  namespaced: false,
  clusters: 'config',
  readFor: [],
  differs: 'the routers that it installs',
})
