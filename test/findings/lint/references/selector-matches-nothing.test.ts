import { describe, expect, it } from 'vitest'
import { pod, slice } from '../../../support/mesh.ts'
import { findingsOf, objectsWith } from '../support.ts'
import { controller, hostEntry, istio, kubeService } from './support.ts'

const RULE = 'selector-matches-nothing'

const web = kubeService('web', 'shop', 'selector: {app: web}')
const OTHER = controller('Deployment', '{app: other}')

describe(RULE, () => {
  it('says which label no workload has, and the nearest one', () => {
    const [finding] = findingsOf(RULE, controller('Deployment', '{app: wbe}') + web)
    expect(finding?.message).toBe(
      'app=web selects nothing, so the Service has no endpoints: no workload of the namespace has the label app=web (did you mean wbe?)',
    )
    expect(finding?.location.path).toEqual(['spec', 'selector'])
    expect(finding?.severity).toBe('warning')
  })

  it('says nothing where the input has no workloads', () => {
    expect(objectsWith(RULE, web)).toEqual([])
  })

  it('says nothing where the input has no workloads of the namespace, unless it is strict', () => {
    const manifests = controller('Deployment', '{app: web}', 'other') + web
    expect(objectsWith(RULE, manifests)).toEqual([])
    const found = findingsOf(RULE, manifests, { strict: true })
    expect(found.map(({ message, severity }) => [message, severity])).toEqual([
      ['app=web selects nothing, so the Service has no endpoints: the namespace has no workloads', 'info'],
    ])
  })

  it('does not count workloads of another namespace', () => {
    expect(objectsWith(RULE, controller('Deployment', '{app: web}', 'other') + OTHER + web)).toEqual([
      'Service shop/web',
    ])
  })

  it('does not count the labels of a Deployment itself', () => {
    expect(objectsWith(RULE, OTHER + kubeService('web', 'shop', 'selector: {app: of-the-controller}'))).toEqual([
      'Service shop/web',
    ])
  })

  it.each([
    ['StatefulSet', 'apps/v1'],
    ['DaemonSet', 'apps/v1'],
    ['ReplicaSet', 'apps/v1'],
    ['Job', 'batch/v1'],
    ['Rollout', 'argoproj.io/v1alpha1'],
  ])('counts the pods of a %s', (kind, apiVersion) => {
    expect(objectsWith(RULE, OTHER + controller(kind, '{app: web}', 'shop', apiVersion) + web)).toEqual([])
  })

  it('wants all labels on one workload', () => {
    const two = controller('Deployment', '{app: web, tier: back}') + controller('StatefulSet', '{tier: front}')
    const [finding] = findingsOf(RULE, two + kubeService('web', 'shop', 'selector: {app: web, tier: front}'))
    expect(finding?.message).toContain('no workload of the namespace has all of these labels')
  })

  it('counts WorkloadEntries and WorkloadGroups', () => {
    const entry = istio('WorkloadEntry', 'shop/vm', '{address: 10.0.0.1, labels: {app: web}}')
    const group = istio('WorkloadGroup', 'shop/vms', '{metadata: {labels: {app: db}}, template: {}}')
    const db = hostEntry('db', 'db.example.com', 'workloadSelector: {labels: {app: db}}').replace('NONE', 'STATIC')
    expect(objectsWith(RULE, OTHER + entry + group + web + db)).toEqual([])
  })

  it('counts pods that do not serve yet', () => {
    const pending = pod('web-1', '', '{app: web}').replace('namespace: default', 'namespace: shop')
    expect(objectsWith(RULE, OTHER + pending + web)).toEqual([])
  })

  it('looks at ServiceEntries, Sidecars and DestinationRules', () => {
    const manifests = [
      OTHER,
      hostEntry('db', 'db.example.com', 'workloadSelector: {labels: {app: gone}}').replace('NONE', 'STATIC'),
      istio('Sidecar', 'shop/one', '{workloadSelector: {labels: {app: gone}}, egress: [{hosts: ["./*"]}]}'),
      istio('DestinationRule', 'shop/one', '{host: db.example.com, workloadSelector: {matchLabels: {app: gone}}}'),
    ].join('')
    expect(findingsOf(RULE, manifests).map(({ message }) => message.split(':')[0])).toEqual([
      'app=gone selects nothing, so its hosts have no endpoints',
      'app=gone selects nothing, so it applies to no proxy',
      'app=gone selects nothing, so it applies to no client',
    ])
  })

  it('leaves Services alone that have endpoints, or need none', () => {
    const served = kubeService('web', 'default', 'selector: {app: web}') + slice('web', ['10.0.0.1'])
    const alias = kubeService('alias', 'shop', 'type: ExternalName, externalName: a.example.com, selector: {app: web}')
    expect(objectsWith(RULE, OTHER + served + alias + kubeService('manual'))).toEqual([])
  })

  it('looks for the workloads of a Service in all clusters', () => {
    const west = web + controller('Deployment', '{app: web}')
    expect(objectsWith(RULE, OTHER + web, { remotes: { west } })).toEqual([])
    expect(objectsWith(RULE, OTHER + web, { remotes: { west: web } })).toEqual(['Service shop/web'])
  })
})
