import type { Behaviour } from '../behaviour.ts'

/** Route configurations. */
export const ROUTES = {
  'trailing-dot-domains': {
    does: 'Virtual hosts also match their names with a trailing dot (a.example.com.).',
    touches: ['rds', 'lds'],
    since: ['1.27.0'],
    setting: { variable: 'PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN', on: true },
    upgrade:
      'Requests to absolute names are routed like those without the dot. PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN=false keeps the old way.',
    source: '#56008',
  },
  'lower-case-hosts': {
    does: 'Hosts with capital letters become lower-case names and domains of virtual hosts.',
    touches: ['rds'],
    since: ['1.27.0'],
    upgrade: 'A VirtualService or ServiceEntry that writes a host in capitals applies to requests for it.',
    source: '#56090',
  },
  'plain-mirror-hosts': {
    does: 'Mirrored requests keep their host; before, it got the suffix -shadow.',
    touches: ['rds'],
    since: ['1.28.0'],
    setting: { variable: 'DISABLE_SHADOW_HOST_SUFFIX', on: true },
    upgrade:
      'Mirror destinations that recognise copies by HOST-shadow no longer see it. DISABLE_SHADOW_HOST_SUFFIX=false keeps the suffix.',
    source: '#57708',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
