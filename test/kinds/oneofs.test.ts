import { describe, expect, it } from 'vitest'
import { snapshotOf } from '../resources/snapshots.ts'

const PATH = ['spec', 'trafficPolicy', 'loadBalancer']

/** The errors of a DestinationRule whose load balancer has these settings. */
function errorsOf(settings: string) {
  const { verdicts } = snapshotOf(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a}
spec: {host: a.example.com, trafficPolicy: {loadBalancer: {${settings}}}}
`)
  return verdicts.flatMap(({ errors }) => errors).map(({ path, message }) => ({ path, message }))
}

const SIMPLE = 'simple: RANDOM'
const HASH = 'consistentHash: {useSourceIp: true}'
const BACKEND = 'backendUtilization: {}'

describe('alternatives of a message', () => {
  it.each([SIMPLE, HASH, `${HASH}, warmupDurationSecs: 1s`])('may be set one at a time: %s', (settings) => {
    expect(errorsOf(settings)).toEqual([])
  })

  it.each([
    [[SIMPLE, HASH], 'only one of simple, consistentHash may be set'],
    [[HASH, BACKEND], 'only one of consistentHash, backendUtilization may be set'],
    [[SIMPLE, HASH, BACKEND], 'only one of simple, consistentHash, backendUtilization may be set'],
  ])('are refused together, at the message: %j', (settings, message) => {
    expect(errorsOf(settings.join(', '))).toEqual([{ path: PATH, message }])
  })
})
