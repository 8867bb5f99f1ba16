import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support.ts'

const workload = (index: number) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: w${index}, namespace: shop}
spec:
  selector: {matchLabels: {app: w${index}}}
  template: {metadata: {labels: {app: w${index}}}, spec: {containers: [{name: app}]}}
`

const filter = (name: string, context: string, selector = '') => `---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: ${name}, namespace: shop}
spec:
  ${selector}
  configPatches:
  - applyTo: CLUSTER
    match: {context: ${context}, cluster: {name: ${name}}}
    patch: {operation: MERGE, value: {connect_timeout: 1s}}
`

const messages = (manifests: string) =>
  findingsOf('patch-matches-nothing', manifests).map(({ severity, message }) => `${severity} ${message}`)

describe('patches that match nothing', () => {
  const MANY = Array.from({ length: 230 }, (_, index) => workload(index)).join('')

  it('are found in a mesh of many workloads, as far as lint looks', () => {
    expect(messages(MANY + filter('nothing', 'SIDECAR_OUTBOUND') + filter('PassthroughCluster', 'ANY'))).toEqual([
      'info patch 1, MERGE of CLUSTER, matches nothing in the 200 of 230 workloads that lint looks at; vipctl patches nothing looks at all',
    ])
  })

  it('are found for sure if they are for few workloads', () => {
    const few = filter('nothing', 'ANY', 'workloadSelector: {labels: {app: w229}}')
    expect(messages(MANY + few)).toEqual([
      'warning patch 1, MERGE of CLUSTER, matches nothing in the proxies that it is for',
    ])
    const both = messages(MANY + filter('everywhere', 'ANY') + few)
    expect(both.map((text) => text.split(' ')[0])).toEqual(['info', 'warning'])
  })

  it('are not those for proxies that the mesh does not have', () => {
    expect(messages(workload(1) + filter('nothing', 'GATEWAY'))).toEqual([])
  })

  it('are found beside a workload whose name no API server accepts', () => {
    const few = filter('nothing', 'ANY', 'workloadSelector: {labels: {app: w1}}')
    const misnamed = workload(2).replace('name: w2', 'name: of/two')
    expect(messages(workload(1) + misnamed + few)).toEqual([
      'warning patch 1, MERGE of CLUSTER, matches nothing in the proxies that it is for',
    ])
  })
})
