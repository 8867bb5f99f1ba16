/** Random requests that meet the rules of a mesh now and then. */

import type { HttpRequest } from '../../src/simulation/index.ts'
import { Random } from '../fuzz/random.ts'

const HOSTS = [
  'web',
  'web.shop',
  'web:80',
  'WEB.shop.svc.cluster.local',
  'x.wild.example.com',
  'y.wild.example.com:80',
  '.wild.example.com',
  'wild.example.com',
  'exact.example.com',
  'exact.example.com:443',
  'api',
  '10.96.0.1',
  'nobody.example.com',
]
const SEGMENTS = [
  'a',
  'b',
  'aab',
  '12',
  '1234',
  '',
  '.',
  '..',
  '%2e',
  '%2E%2e',
  '%41',
  '%2f',
  '%5c',
  '\\',
  'x%20y',
  'LOUD',
  'api',
  're',
  'z^',
  '{c}',
  '%zz',
  ';p=1',
  '~u',
]
const STARTS = [
  '/abort',
  '/without',
  '/LOUD',
  '/loud/x',
  '/a/1',
  '/b/999',
  '/a/1234',
  '/re/one/two/three',
  '/re/',
  '/many/aaba',
  '/manya',
  '/api/',
  '/api',
  '/exact',
  '/exact/',
  '/old/x',
  '/host',
  '/scheme',
  '/port',
  '/withq',
  '/direct',
  '/cors',
  '/',
  '//',
  '/x',
]
const QUERIES = ['', '', '?', '?v=2', '?v=2&v=3', '?v=1', '?w=12', '?w=1x', '?v=%32', '?q=a/../b', '?a?b']
const HEADERS: readonly (readonly [string, string])[] = [
  ['end-user', 'jason'],
  ['end-user', 'maria'],
  ['x-class', 'GOLD'],
  ['x-class', 'silver'],
  ['x-class', 'lead'],
  ['x-gone', 'here'],
  ['x-added', 'a'],
  ['origin', 'https://a.example.com'],
  ['origin', 'https://b.example.com'],
  ['access-control-request-method', 'GET'],
]
const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'DELETE']

export function requests(count: number, seed: number): readonly HttpRequest[] {
  const random = new Random(seed)
  return Array.from({ length: count }, () => {
    const tail = Array.from({ length: random.below(3) }, () => `/${random.pick(SEGMENTS)}`).join('')
    const headers = new Map(Array.from({ length: random.below(3) }, () => random.pick(HEADERS)))
    return {
      method: random.pick(METHODS),
      path: random.pick(STARTS) + tail + random.pick(QUERIES),
      authority: random.pick(HOSTS),
      scheme: 'http',
      headers,
      version: '1.1',
    }
  })
}
