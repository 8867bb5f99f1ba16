import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/sources/document.ts'
import { describeRules, found, verdict } from './rules.ts'

const labels = (key: string, value = ''): JsonValue => ({ address: '1.2.3.4', labels: { [key]: value } })

describeRules('WorkloadEntry', [
  {
    rule: 'needs an address',
    code: 'workload-address',
    at: ['spec', 'address'],
    bad: { labels: { app: 'a' } },
    good: { address: '1.2.3.4', labels: { app: 'a' } },
  },
  {
    rule: 'warns when only the network is known',
    code: 'workload-address-unset',
    at: ['spec', 'network'],
    warning: true,
    bad: { network: 'east' },
    good: { network: 'east', address: 'vm.example.com' },
  },
  {
    rule: 'wants an IP or a host name',
    code: 'workload-address',
    at: ['spec', 'address'],
    bad: { address: '1.2.3' },
    good: { address: 'vm' },
  },
  {
    rule: 'wants absolute paths of sockets',
    code: 'unix-path-invalid',
    at: ['spec', 'address'],
    bad: { address: 'unix://run/web' },
    good: { address: 'unix:///run/web' },
  },
  {
    rule: 'wants sockets to be files',
    code: 'unix-path-invalid',
    at: ['spec', 'address'],
    bad: { address: 'unix:///run/' },
    good: { address: 'unix://@run/' },
  },
  {
    rule: 'refuses ports of sockets',
    code: 'unix-endpoint-ports',
    at: ['spec', 'ports'],
    bad: { address: 'unix:///run/web', ports: { http: 80 } },
    good: { address: '::1', ports: { http: 80 } },
  },
  {
    rule: 'wants port names to be labels',
    code: 'port-name-invalid',
    at: ['spec', 'ports', 'a.b'],
    bad: { address: '1.2.3.4', ports: { 'a.b': 80 } },
    good: { address: '1.2.3.4', ports: { 'a-b': 80 } },
  },
  {
    rule: 'wants port numbers in range',
    code: 'port-range',
    at: ['spec', 'ports', 'http'],
    bad: { address: '1.2.3.4', ports: { http: 0 } },
    good: { address: '1.2.3.4', ports: { http: 1 } },
  },
  {
    rule: 'limits the name of a label',
    code: 'label-invalid',
    at: ['spec', 'labels', 'a'.repeat(64)],
    bad: labels('a'.repeat(64)),
    good: labels(`example.com/${'a'.repeat(63)}`),
  },
  {
    rule: 'wants DNS names before the slash of a label',
    code: 'label-invalid',
    at: ['spec', 'labels', 'a_b/c'],
    bad: labels('a_b/c'),
    good: labels('a-b/c_d'),
  },
  {
    rule: 'limits what is before the slash of a label',
    code: 'label-invalid',
    at: ['spec', 'labels', `${'a.'.repeat(126)}aa/c`],
    bad: labels(`${'a.'.repeat(126)}aa/c`),
    good: labels(`${'a.'.repeat(126)}a/c`),
  },
  {
    rule: 'wants label values that Kubernetes allows',
    code: 'label-invalid',
    at: ['spec', 'labels', 'app'],
    bad: labels('app', '-a'),
    good: labels('app', 'a'.repeat(100)),
  },
])

const group = (probe: JsonValue): JsonValue => ({ template: {}, probe })

describeRules('WorkloadGroup', [
  { rule: 'needs a template', code: 'template-required', at: ['spec', 'template'], bad: {}, good: { template: {} } },
  {
    rule: 'wants labels that Kubernetes allows',
    code: 'label-invalid',
    at: ['spec', 'metadata', 'labels', 'a b'],
    bad: { template: {}, metadata: { labels: { 'a b': 'c' } } },
    good: { template: {}, metadata: { labels: { 'a.b': 'c' } } },
  },
  {
    rule: 'wants no negative numbers in probes',
    code: 'number-negative',
    at: ['spec', 'probe', 'periodSeconds'],
    bad: group({ periodSeconds: -1, tcpSocket: { port: 80 } }),
    good: group({ periodSeconds: 0, tcpSocket: { port: 80 } }),
  },
  {
    rule: 'wants probes to have a method',
    code: 'probe-invalid',
    at: ['spec', 'probe', 'grpc'],
    bad: group({ periodSeconds: 1 }),
    good: group({ exec: { command: ['true'] } }),
  },
  {
    rule: 'refuses gRPC probes',
    code: 'probe-invalid',
    at: ['spec', 'probe', 'grpc'],
    bad: group({ grpc: { port: 80 } }),
    good: group({ tcpSocket: { port: 80 } }),
  },
  {
    rule: 'wants a command to execute',
    code: 'probe-invalid',
    at: ['spec', 'probe', 'exec', 'command'],
    bad: group({ exec: {} }),
    good: group({ exec: { command: [''] } }),
  },
  {
    rule: 'wants the port of a TCP probe',
    code: 'port-range',
    at: ['spec', 'probe', 'tcpSocket', 'port'],
    bad: group({ tcpSocket: {} }),
    good: group({ tcpSocket: { port: 1 } }),
  },
  {
    rule: 'wants the port of an HTTP probe',
    code: 'port-range',
    at: ['spec', 'probe', 'httpGet', 'port'],
    bad: group({ httpGet: { path: '/' } }),
    good: group({ httpGet: { port: 80 } }),
  },
  {
    rule: 'knows schemes in upper case',
    code: 'probe-invalid',
    at: ['spec', 'probe', 'httpGet', 'scheme'],
    bad: group({ httpGet: { port: 80, scheme: 'https' } }),
    good: group({ httpGet: { port: 80, scheme: 'HTTPS' } }),
  },
  {
    rule: 'wants strict header names in probes',
    code: 'header-name-invalid',
    at: ['spec', 'probe', 'httpGet', 'httpHeaders', 0, 'name'],
    bad: group({ httpGet: { port: 80, httpHeaders: [{ name: 'x_y', value: '' }] } }),
    good: group({ httpGet: { port: 80, httpHeaders: [{ name: 'x-Y1', value: '' }] } }),
  },
])

const app = { matchLabels: { app: 'a' } }

describeRules('PeerAuthentication', [
  {
    rule: 'wants a selector for ports',
    code: 'port-mtls-invalid',
    at: ['spec', 'portLevelMtls'],
    bad: { portLevelMtls: { 80: { mode: 'STRICT' } } },
    good: { selector: app, portLevelMtls: { 80: { mode: 'STRICT' } } },
  },
  {
    rule: 'refuses an empty mapping of ports',
    code: 'port-mtls-invalid',
    at: ['spec', 'portLevelMtls'],
    bad: { selector: app, portLevelMtls: {} },
    good: { selector: app, portLevelMtls: null },
  },
  {
    rule: 'wants port numbers in range',
    code: 'port-range',
    at: ['spec', 'portLevelMtls', '65536'],
    bad: { selector: app, portLevelMtls: { 65536: {} } },
    good: { selector: app, portLevelMtls: { 65535: {} } },
  },
  {
    rule: 'wants port numbers as JSON writes them',
    code: 'port-range',
    at: ['spec', 'portLevelMtls', '080'],
    bad: { selector: app, portLevelMtls: { '080': {} } },
    good: { selector: app, portLevelMtls: { '80': {} } },
  },
  {
    rule: 'refuses wildcards in selectors',
    code: 'selector-invalid',
    at: ['spec', 'selector', 'matchLabels', 'app'],
    bad: { selector: { matchLabels: { app: '*' } } },
    good: { selector: app },
  },
  {
    rule: 'warns of selectors that select everything',
    code: 'selector-without-labels',
    at: ['spec', 'selector'],
    warning: true,
    bad: { selector: {} },
    good: {},
  },
])

describe('every kind', () => {
  it.each([
    'istio.io/dry-run',
    'internal.istio.io/webhook-always-reject',
    'internal.istio.io/parents',
    'internal.istio.io/parent-namespace',
  ])('refuses the annotation %s, and looks no further', (annotation) => {
    const { errors, warnings } = verdict('WorkloadEntry', {}, { annotations: { [annotation]: '' } })
    expect(found(errors)).toEqual([{ code: 'annotation-forbidden', at: `metadata/annotations/${annotation}` }])
    expect(warnings).toEqual([])
  })

  it('allows other annotations', () => {
    const meta = { annotations: { 'istio.io/rev': 'a' } }
    expect(verdict('WorkloadEntry', { address: '1.2.3.4' }, meta).errors).toEqual([])
  })
})
