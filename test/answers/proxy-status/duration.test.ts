import { describe, expect, it } from 'vitest'
import { humanDuration } from '../../../src/answers/proxy-status/duration.ts'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H
const Y = 365 * D

describe('a duration', () => {
  // The values of the test of k8s.io/apimachinery/pkg/util/duration.
  it.each([
    [-5 * S, '0s'],
    [0, '0s'],
    [2 * M - 1, '119s'],
    [2 * M, '2m'],
    [2 * M + 1 * S, '2m1s'],
    [10 * M - 1, '9m59s'],
    [10 * M, '10m'],
    [3 * H - 1, '179m'],
    [3 * H, '3h'],
    [3 * H + 30 * M, '3h30m'],
    [8 * H - 1, '7h59m'],
    [8 * H, '8h'],
    [2 * D - 1, '47h'],
    [2 * D, '2d'],
    [2 * D + 23 * H, '2d23h'],
    [8 * D, '8d'],
    [2 * Y - 1, '729d'],
    [2 * Y, '2y'],
    [2 * Y + 6 * H, '2y'],
    [2 * Y + 30 * D, '2y30d'],
    [8 * Y, '8y'],
    [10 * Y + 100 * D, '10y'],
  ])('of %d ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text)
  })
})
