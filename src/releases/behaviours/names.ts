import type { Behaviour } from '../behaviour.ts'

/** The name table that istiod sends, and the answers that the proxy's agent derives from it. */
export const NAMES = {
  'healthy-only-names': {
    does: 'The name of a headless service, or of an entry of resolution NONE without an address, lists endpoints that are known to be healthy; those of ServiceEntries have no health and are left out.',
    touches: ['nds', 'dns'],
    since: ['1.25.0'],
    upgrade:
      'A ServiceEntry of resolution NONE without an address no longer resolves to its endpoints: give it an address, or resolution STATIC.',
    source: '#54711',
  },
  'no-doubled-names': {
    does: 'A name that already ends in the first search domain is not answered with that domain added once more.',
    touches: ['dns'],
    since: ['1.27.0'],
    upgrade:
      'Queries such as web.default.svc.cluster.local.default.svc.cluster.local, which resolvers with ndots above 4 send first, go to the upstream resolver.',
    source: '#56806',
  },
  'own-family-names': {
    does: "A proxy is not given another cluster's ClusterIP of an IP family that the proxy does not have.",
    touches: ['nds', 'dns', 'lds', 'rds'],
    since: ['1.30.0'],
    upgrade:
      'A Service that exists only in clusters of the other IP family has no name and no address for the proxy any more.',
    source: '#59245',
  },
  'names-of-all-ports': {
    does: "The name of a headless service lists the endpoints of all its ports, not only the first port's.",
    touches: ['nds', 'dns'],
    since: ['1.32.0'],
    upgrade: 'A headless service whose ports lead to different pods resolves to all of these pods.',
    source: '#61039',
  },
  'shared-pod-names': {
    does: 'The name of a pod of a headless service lists the addresses of all endpoints with this name.',
    touches: ['nds', 'dns'],
    since: ['1.27.5', '1.28.2', '1.29.0'],
    upgrade: 'Pods with addresses of both IP families, and pods that share a name, resolve to all of their addresses.',
    source: '#58398',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
