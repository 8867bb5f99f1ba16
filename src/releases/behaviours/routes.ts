import type { Behaviour } from '../behaviour.ts'

export const ROUTES = {
  'trailing-dot-domains': {
    does: 'Virtual hosts also match their names with a trailing dot (a.example.com.).',
    touches: ['rds', 'lds'],
    since: ['1.27.0'],
    setting: { variable: 'PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN', on: true },
    upgrade:
      'Requests to absolute names are routed like those without the dot. PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN=false keeps the old behaviour.',
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
  'excluded-egress-hosts': {
    does: 'An egress host of a Sidecar that starts with ~ leaves out what the other hosts select.',
    touches: ['validation', 'lds', 'cds', 'eds', 'rds'],
    since: ['1.31.0'],
    upgrade: 'Nothing changes: such hosts were rejected before, except ~/HOST, which selected nothing.',
    source: '#60581',
  },
  'exact-egress-hosts': {
    does: 'A Sidecar listener with nothing but exact hosts of named namespaces gets one service for each of them.',
    touches: ['nds', 'dns', 'lds', 'cds', 'eds', 'rds'],
    since: ['1.31.0'],
    upgrade:
      'Of several ServiceEntries of one host in one namespace, or several addresses of one, only the first is used.',
    source: '#60473',
  },
  'preflights-by-proxy-version': {
    does: 'Proxies before 1.23 are not told whether to pass on CORS preflights from other origins.',
    touches: ['rds'],
    until: ['1.25.0'],
    upgrade: 'None: such proxies are too old for istiod 1.25.',
    source: '#50452, #54293',
  },
  'rules-after-catch-all': {
    does: 'Rules of a VirtualService with matches that come after a rule without any are a warning; before, only rules without matches were.',
    touches: ['validation'],
    since: ['1.27.0'],
    upgrade: 'kubectl and istioctl warn about such rules, which were never reached before either.',
    source: '#56133',
  },
  'all-cors-methods': {
    does: 'corsPolicy.allowMethods may be "*".',
    touches: ['validation', 'rds'],
    since: ['1.26.0'],
    upgrade: 'VirtualServices with it are accepted.',
    source: '#55313',
  },
  'token-header-names': {
    does: 'Names of headers in matches and CORS policies may have all characters of a token, and be pseudo headers.',
    touches: ['validation', 'rds'],
    since: ['1.24.4', '1.25.0'],
    upgrade: 'VirtualServices with such names are accepted.',
    source: '#54602',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
