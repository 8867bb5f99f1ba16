import { describe, expect, it } from 'vitest'
import { ASSUMED_NOTHING, statedAssumptions } from '../../../src/resources/assumed/options.ts'
import { buildSnapshot, type SnapshotOptions } from '../../../src/resources/index.ts'
import type { Snapshot } from '../../../src/resources/snapshot.ts'
import { parseDocuments } from '../../../src/sources/index.ts'

const snapshotOf = (text: string, options: SnapshotOptions = {}): Snapshot =>
  buildSnapshot(parseDocuments({ name: 'mesh.yaml', text }, '').documents, options)

const podsOf = (text: string, options: SnapshotOptions = {}) => snapshotOf(text, options).clusters[0].pods

const namesOf = (text: string, options: SnapshotOptions = {}): readonly string[] =>
  podsOf(text, options).map(({ meta }) => meta.name)

const TEMPLATE =
  'template: {metadata: {labels: {app: web, version: v1}, annotations: {note: kept}}, ' +
  'spec: {serviceAccountName: seller, containers: [{name: app, ports: [{name: http, containerPort: 8080}]}]}}'
const SELECTOR = 'selector: {matchLabels: {app: web}}'

const object = (apiVersion: string, kind: string, spec: string, meta = '', name = 'web'): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: shop${meta}}\nspec: {${spec}}\n---\n`

const deployment = (more = '', meta = ''): string =>
  object('apps/v1', 'Deployment', `${SELECTOR}, ${TEMPLATE}${more}`, meta)

const pod = (name: string, labels: string, meta = '', status = 'status: {phase: Running, podIP: 10.0.0.5}'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {${labels}}${meta}}\n` +
  `spec: {containers: [{name: app}]}\n${status}\n---\n`

describe('a workload without pods', () => {
  it.each([
    ['Deployment', deployment()],
    ['StatefulSet', object('apps/v1', 'StatefulSet', `${SELECTOR}, ${TEMPLATE}`)],
    ['DaemonSet', object('apps/v1', 'DaemonSet', `${SELECTOR}, ${TEMPLATE}`)],
    ['ReplicaSet', object('apps/v1', 'ReplicaSet', `${SELECTOR}, ${TEMPLATE}`)],
    ['Job', object('batch/v1', 'Job', TEMPLATE)],
    ['CronJob', object('batch/v1', 'CronJob', `jobTemplate: {spec: {${TEMPLATE}}}`)],
    ['Rollout', object('argoproj.io/v1alpha1', 'Rollout', `${SELECTOR}, ${TEMPLATE}`)],
  ])('of kind %s stands for one that runs', (kind, text) => {
    const [only, ...others] = podsOf(text)
    expect(others).toEqual([])
    expect(only?.meta.labels.get('version')).toBe('v1')
    expect(only?.meta.annotations.get('note')).toBe('kept')
    expect(only?.meta.ownerReferences).toEqual([{ kind, name: 'web', controller: true }])
    expect(only?.spec.serviceAccountName).toBe('seller')
    expect(only?.spec.containers[0]?.ports).toEqual([{ name: 'http', containerPort: 8080, protocol: 'TCP' }])
    expect(only?.status.podIP).toMatch(/^198\.19\./)
    expect(only?.status.conditions).toEqual([{ type: 'Ready', status: 'True' }])
    expect(only?.location.position().file).toBe('mesh.yaml')
  })

  it.each([
    ['0', 1],
    ['2', 2],
    ['3', 3],
    ['50', 3],
    ['-1', 1],
    ['"{{ replicas }}"', 1],
  ])('of %s replicas stands for a few', (replicas, count) => {
    expect(namesOf(deployment(`, replicas: ${replicas}`))).toHaveLength(count)
  })

  it('that runs in parallel stands for as many', () => {
    expect(namesOf(object('batch/v1', 'Job', `parallelism: 2, ${TEMPLATE}`))).toHaveLength(2)
  })

  it('that is a StatefulSet has pods by ordinal, which have names of their own', () => {
    const text = object(
      'apps/v1',
      'StatefulSet',
      `replicas: 2, serviceName: nodes, ordinals: {start: 5}, ${SELECTOR}, ${TEMPLATE}`,
    )
    const pods = podsOf(text)
    expect(pods.map(({ spec: { hostname, subdomain } }) => [hostname, subdomain])).toEqual([
      ['web-5', 'nodes'],
      ['web-6', 'nodes'],
    ])
    expect(pods.map(({ meta }) => meta.labels.get('statefulset.kubernetes.io/pod-name'))).toEqual(['web-5', 'web-6'])
  })

  it('has addresses that other workloads do not move', () => {
    const ips = (text: string) =>
      podsOf(text).flatMap(({ meta, status }) => (meta.name.startsWith('web') ? [status.podIP] : []))
    const other = object(
      'apps/v1',
      'Deployment',
      'template: {metadata: {labels: {app: api}}, spec: {containers: []}}',
      '',
      'api',
    )
    expect(ips(other + deployment(', replicas: 3'))).toEqual(ips(deployment(', replicas: 3')))
  })

  it.each([
    ['it selects', pod('web-1', 'app: web')],
    ['it owns', pod('web-1', 'app: other', ', ownerReferences: [{kind: Deployment, name: web}]')],
    [
      'its ReplicaSet owns',
      pod('web-1', 'pod-template-hash: 5d9f', ', ownerReferences: [{kind: ReplicaSet, name: web-5d9f}]'),
    ],
    ['it selects and that has ended', pod('web-1', 'app: web', '', 'status: {phase: Failed}')],
  ])('stands for none when the input has a pod that %s', (_, text) => {
    expect(namesOf(deployment() + text)).toEqual(['web-1'])
  })

  it.each([
    ['no pod of it', pod('api-1', 'app: api')],
    ['a pod of another namespace', pod('web-1', 'app: web').replace('namespace: shop', 'namespace: other')],
    ['a pod of a longer name', pod('web-1', 'app: x', ', ownerReferences: [{kind: ReplicaSet, name: web-api-5d9f}]')],
  ])('stands for some when the input has %s', (_, text) => {
    expect(namesOf(deployment() + text)).toContain('web-assumed-1')
  })

  it('stands for none when another object of the input makes its pods', () => {
    const owned = ', ownerReferences: [{kind: Deployment, name: web, controller: true}]'
    const replicaSet = object('apps/v1', 'ReplicaSet', `${SELECTOR}, ${TEMPLATE}`, owned, 'web-5d9f')
    expect(namesOf(deployment() + replicaSet)).toEqual(['web-assumed-1'])
    expect(namesOf(replicaSet)).toEqual(['web-5d9f-assumed-1'])
    const rollout = object(
      'argoproj.io/v1alpha1',
      'Rollout',
      `${SELECTOR}, workloadRef: {kind: Deployment, name: web}`,
      '',
      'web',
    )
    expect(namesOf(deployment() + rollout)).toEqual(['web-assumed-1'])
  })

  it('stands for none when a cluster has it, unless that is asked for', () => {
    const stored = deployment('', ', uid: u')
    expect(namesOf(stored)).toEqual([])
    expect(namesOf(stored, { assume: statedAssumptions('pods', '--assume') })).toEqual(['web-assumed-1'])
    expect(namesOf(deployment(), { assume: ASSUMED_NOTHING })).toEqual([])
    expect(namesOf(deployment(), { assume: statedAssumptions('cluster-ips', '--assume') })).toEqual([])
  })
})

describe('the sidecar of an assumed pod', () => {
  const namespace = (labels: string): string =>
    `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {${labels}}}\n---\n`
  const tlsMode = (text: string) => podsOf(text)[0]?.meta.labels.get('security.istio.io/tlsMode')

  it.each([
    ['the namespace asks for it', namespace('istio-injection: enabled') + deployment(), 'istio'],
    ['nothing says otherwise', deployment(), 'istio'],
    ['the namespace refuses it', namespace('istio-injection: disabled') + deployment(), undefined],
    [
      'the template refuses it',
      deployment().replace('app: web,', 'app: web, sidecar.istio.io/inject: "false",'),
      undefined,
    ],
    ['it is a gateway', deployment().replace('note: kept', 'inject.istio.io/templates: gateway'), undefined],
    [
      'the template states a mode',
      deployment().replace('app: web,', 'app: web, security.istio.io/tlsMode: disabled,'),
      'disabled',
    ],
  ])('takes mutual TLS when %s', (_, text, expected) => {
    expect(tlsMode(text)).toBe(expected)
  })
})

it('a Pod without any status runs', () => {
  const [only] = podsOf(pod('web-1', 'app: web', '', ''))
  expect(only?.status.podIP).toMatch(/^198\.19\./)
  expect(podsOf(pod('web-1', 'app: web', ', uid: u', ''))[0]?.status.podIP).toBe('')
  expect(podsOf(pod('web-1', 'app: web', '', 'status: {phase: Pending}'))[0]?.status.podIP).toBe('')
})

describe('the endpoints of a Service', () => {
  const service = (spec: string, meta = ''): string => object('v1', 'Service', spec, meta)
  const slicesOf = (text: string, options: SnapshotOptions = {}) =>
    snapshotOf(text, options).clusters[0].endpointSlices.map(({ spec }) => ({
      type: spec.addressType,
      pods: spec.endpoints.map(({ targetRef }) => targetRef?.name),
      ports: spec.ports.map(({ name, port }) => `${name} ${port}`),
    }))

  it('are the pods that it selects, at the ports behind its own', () => {
    const ports =
      'ports: [{name: web, port: 80, targetPort: http}, {name: raw, port: 81}, {name: gone, port: 82, targetPort: none}]'
    expect(slicesOf(service(`selector: {app: web}, ${ports}`) + deployment(', replicas: 2'))).toEqual([
      { type: 'IPv4', pods: ['web-assumed-1', 'web-assumed-2'], ports: ['web 8080', 'raw 81'] },
    ])
  })

  it('are pods of the input too, ready or not', () => {
    const text = service('selector: {app: web}, ports: [{port: 80}]') + pod('web-1', 'app: web')
    expect(slicesOf(text)).toEqual([{ type: 'IPv4', pods: ['web-1'], ports: [' 80'] }])
    const [slice] = snapshotOf(text).clusters[0].endpointSlices
    expect(slice?.spec.endpoints[0]?.conditions?.ready).toBe(false)
  })

  it('are those that the input states, and no others', () => {
    const stated = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: [{addresses: [10.0.0.9]}]
ports: [{port: 80}]
---
`
    expect(slicesOf(service('selector: {app: web}, ports: [{port: 80}]') + stated + deployment())).toHaveLength(1)
  })

  it('are none without a selector, and none of a name elsewhere', () => {
    expect(slicesOf(service('ports: [{port: 80}]') + deployment())).toEqual([])
    expect(
      slicesOf(service('type: ExternalName, externalName: a.example, selector: {app: web}') + deployment()),
    ).toEqual([])
    expect(
      slicesOf(service('selector: {app: web}, ports: [{port: 80}]') + deployment(), { assume: ASSUMED_NOTHING }),
    ).toEqual([])
  })

  it('have a slice for each family of the Service', () => {
    const dual = service('selector: {app: web}, ports: [{port: 80}], ipFamilyPolicy: RequireDualStack')
    expect(slicesOf(dual + deployment()).map(({ type }) => type)).toEqual(['IPv4', 'IPv6'])
  })

  it('of a cluster grow by the pods of a workload that only files have', () => {
    const live =
      service('selector: {app: web}, ports: [{port: 80}], clusterIP: 10.0.0.1', ', uid: s') +
      pod('web-old', 'app: web', ', uid: p')
    expect(slicesOf(live)).toEqual([])
    const added = object(
      'apps/v1',
      'Deployment',
      `selector: {matchLabels: {app: web, version: v1}}, ${TEMPLATE}`,
      '',
      'web-v1',
    )
    expect(slicesOf(live + added).map(({ pods }) => pods)).toEqual([['web-v1-assumed-1']])
  })
})

it('what is assumed is counted in one note', () => {
  const text =
    object('v1', 'Service', 'selector: {app: web}, ports: [{port: 80}]') +
    deployment(', replicas: 2') +
    pod('api', 'app: api', '', '')
  expect(snapshotOf(text).problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
    'note assumed about the cluster: cluster IPs of 1 Service, 2 pods of 1 workload, addresses of 1 Pod, endpoints of 1 Service ' +
      '(see --assume)',
  ])
})
