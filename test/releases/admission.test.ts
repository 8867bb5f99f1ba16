import { describe, expect, it } from 'vitest'
import { meshOf } from '../support/mesh.ts'

function errorsOf(yaml: string, version: string): string[] {
  return meshOf(yaml, { version }).snapshot.verdicts.flatMap(({ errors }) => errors.map(({ code }) => code))
}

const virtualService = (http: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: [web.example.com]
  http: [{${http}route: [{destination: {host: web.example.com}}]}]
`

const rule = (policy: string) => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: web}
spec: {host: web.example.com, trafficPolicy: ${policy}}
`

const sidecar = (host: string) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default}
spec: {egress: [{hosts: ["./*", "${host}"]}]}
`

const cors = virtualService('corsPolicy: {allowOrigins: [{exact: a}], allowMethods: ["*"]}, ')
const pseudoHeader = virtualService('match: [{headers: {":authority": {exact: a}}}], ')
const warmup = rule('{loadBalancer: {simple: ROUND_ROBIN, warmup: {duration: 10s, aggression: 0.5}}}')
const budget = rule('{retryBudget: {percent: 10}}')

describe('what istiod rejects depends on its release', () => {
  it.each([
    ['all methods in a CORS policy', cors, '1.25', '1.26', 'cors-invalid'],
    ['a pseudo header in a match', pseudoHeader, '1.24.3', '1.24.4', 'header-name-invalid'],
    ['a slow warmup', warmup, '1.30', '1.31', 'load-balancer-invalid'],
    ['a retry budget as the whole policy', budget, '1.27.0', '1.27.1', 'traffic-policy-empty'],
    ['an excluded egress host', sidecar('~team-b/*'), '1.30', '1.31', 'egress-host-invalid'],
  ])('%s', (_what, yaml, older, newer, code) => {
    expect(errorsOf(yaml, older)).toEqual([code])
    expect(errorsOf(yaml, newer)).toEqual([])
  })

  it('takes a ~ alone in an egress host in every release', () => {
    expect(errorsOf(sidecar('~/*'), '1.24')).toEqual([])
    expect(errorsOf(sidecar('~/*'), '1.31')).toEqual([])
  })
})
