import { expect, test } from 'vitest'
import { MatchingHosts } from '../../../src/envoy/routes/plan/matching-hosts.ts'
import { hostsMatch } from '../../../src/scope/hosts.ts'

const HOSTS = [
  '*',
  'com',
  'a.com',
  'b.a.com',
  'ba.com',
  '*.com',
  '*a.com',
  '*.a.com',
  '*.b.a.com',
  'x.org',
  '*.org',
  '*.ü.org',
  'z.ü.org',
  '*x',
  '__proto__',
]

test.each(HOSTS)('finds exactly the hosts that match %s', (host) => {
  const found = new Set<string>()
  new MatchingHosts(HOSTS).collectMatches(host, found)
  expect([...found].sort()).toEqual(HOSTS.filter((other) => hostsMatch(host, other)).sort())
})
