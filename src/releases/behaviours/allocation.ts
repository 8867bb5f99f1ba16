import type { Behaviour } from '../behaviour.ts'

/** Automatic addresses of ServiceEntries, and the admission checks that concern them. */
export const ALLOCATION = {
  'automatic-addresses': {
    does: 'Hosts of ServiceEntries without addresses get automatic ones.',
    touches: ['allocation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.8.0'],
    upgrade: 'TCP ports of such hosts listen on addresses of their own for proxies that capture DNS.',
    source: '#24919',
  },
  'automatic-ipv6': {
    does: 'Hosts get an automatic IPv6 address beside the IPv4 one.',
    touches: ['allocation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.14.0'],
    upgrade: 'Proxies with IPv6 addresses reach such hosts at addresses out of 2001:2::/48.',
    source: '#38312',
  },
  'addresses-by-hash': {
    does: 'The automatic address of a host is decided by a hash of its name, not by the order of creation.',
    touches: ['allocation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.17.0'],
    upgrade: 'Every automatic address changes once; clients that keep addresses have to resolve again.',
    source: '#42624',
  },
  'address-per-host-name': {
    does: 'Services of one host share an automatic address that is counted in the order of creation.',
    touches: ['allocation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.14.5', '1.15.1'],
    upgrade: 'Addresses of hosts that several ServiceEntries list change, and those of all younger hosts.',
    source: '#40165',
  },
  'address-per-namespace': {
    does: 'Services of one host in several namespaces get a hashed address each, not that of the lowest slot.',
    touches: ['allocation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.17.2'],
    upgrade: 'Addresses of hosts that ServiceEntries of several namespaces list change.',
    source: '#43867',
  },
  'hash-slots-65024': {
    does: 'Hashed addresses have 65,024 slots, not 65,025, and empty slots do not skip the last octets 0 and 255.',
    touches: ['allocation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.20.0'],
    upgrade: 'Every automatic address changes once; clients that keep addresses have to resolve again.',
    source: '#47081',
  },
  'last-slots-counted-apart': {
    does: 'The slots behind 240.240.254.254 are counted from 240.240.255.1 on, one for each host.',
    touches: ['allocation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.20.0'],
    until: ['1.21.0'],
    upgrade: 'The addresses in 240.240.255.0/24 change.',
    source: '#48193',
  },
  'repeated-hosts-hold-slots': {
    does: 'A host that several ServiceEntries of a namespace list holds a slot for each, so that removing one moves no other address.',
    touches: ['allocation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.22.0'],
    upgrade: 'Addresses behind those of hosts that several ServiceEntries of a namespace list change once.',
    source: '#49965',
  },
  'addresses-in-status': {
    does: 'A controller hands out automatic addresses and writes them into status.addresses of the ServiceEntry.',
    touches: ['allocation', 'validation', 'nds', 'dns', 'lds', 'rds'],
    since: ['1.25.0'],
    setting: { variable: 'PILOT_ENABLE_IP_AUTOALLOCATE', on: true },
    upgrade:
      'Every automatic address changes once, and all proxies that capture DNS use them, ISTIO_META_DNS_AUTO_ALLOCATE or not. PILOT_ENABLE_IP_AUTOALLOCATE=false keeps the old behaviour.',
    source: '#53661',
  },
  'stale-addresses-cleared': {
    does: 'Addresses in the status of a ServiceEntry that may not have automatic ones any more are removed.',
    touches: ['allocation'],
    since: ['1.30.0'],
    upgrade: 'None: such addresses were not used before either.',
    source: '#59226',
  },
  'dynamic-dns': {
    does: 'ServiceEntries may have the resolution DYNAMIC_DNS for wildcard hosts of HTTP ports.',
    touches: ['validation', 'allocation', 'nds', 'dns', 'lds', 'cds', 'rds'],
    since: ['1.28.0'],
    upgrade: 'None: such entries were rejected before.',
    source: '#57658',
  },
  'dynamic-dns-tls': {
    does: 'ServiceEntries of resolution DYNAMIC_DNS may have TLS ports.',
    touches: ['validation'],
    since: ['1.29.0'],
    upgrade: 'None: such entries were rejected before.',
    source: '#57972',
  },
  'dynamic-dns-in-sidecars': {
    does: 'Sidecars and gateways resolve the hosts of DYNAMIC_DNS entries when clients name them; such entries may have HTTP2 and GRPC ports and be MESH_INTERNAL.',
    touches: ['validation', 'allocation', 'nds', 'dns', 'lds', 'cds', 'rds'],
    since: ['1.30.0'],
    upgrade:
      'Entries for wildcard hosts lead to the host that the client names; before, sidecars had no cluster for them.',
    source: '#58688',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
