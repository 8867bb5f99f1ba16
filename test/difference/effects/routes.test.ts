import { describe, expect, it } from 'vitest'
import { service } from '../../support/mesh.ts'
import { destinationRule, proxyEffects, said, virtualService } from './say.ts'

const MESH =
  service('reviews', '10.96.0.1') +
  service('ratings', '10.96.0.2') +
  destinationRule('reviews', 'subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]')

const to = (subset: string, more = ''): string => `{destination: {host: reviews, subset: ${subset}}${more}}`
const rule = (route: string, more = ''): string => `{route: [${route}]${more}}`
const JASON = ', match: [{headers: {end-user: {exact: jason}}}]'

/** What changes if the rules of reviews change. */
const changed = (before: string, after: string): readonly string[] =>
  said(MESH + virtualService('reviews', `[${before}]`), MESH + virtualService('reviews', `[${after}]`))

describe('destinations of requests', () => {
  it('change', () => {
    expect(changed(rule(to('v1')), rule(to('v2')))).toEqual([
      'route-change: requests for reviews.default:80 now go to v2 (before: v1)',
    ])
  })
  it('change for some requests: a new rule takes them from the one that had them', () => {
    expect(changed(rule(to('v1')), `${rule(to('v2'), JASON)}, ${rule(to('v1'))}`)).toEqual([
      'route-change: requests for reviews.default:80 with end-user: jason now go to v2 (before: v1)',
    ])
  })
  it('change back when the rule goes', () => {
    expect(changed(`${rule(to('v2'), JASON)}, ${rule(to('v1'))}`, rule(to('v1')))).toEqual([
      'route-change: requests for reviews.default:80 with end-user: jason now go to v1 (before: v2)',
    ])
  })
  it('share requests in another way', () => {
    const weights = (one: number, two: number) =>
      rule(`${to('v1', `, weight: ${one}`)}, ${to('v2', `, weight: ${two}`)}`)
    expect(changed(weights(90, 10), weights(50, 50))).toEqual([
      'route-change: requests for reviews.default:80: v1 90% -> 50%, v2 10% -> 50%',
    ])
    expect(changed(rule(to('v1')), weights(90, 10))).toEqual([
      'route-change: requests for reviews.default:80 now go to v1 90%, v2 10% (before: v1)',
    ])
    expect(changed(weights(90, 10), rule(to('v2')))).toEqual([
      'route-change: requests for reviews.default:80 now go to v2 (before: v1 90%, v2 10%)',
    ])
    expect(changed(weights(90, 10), rule('{destination: {host: ratings}}'))).toEqual([
      'route-change: requests for reviews.default:80 now go to ratings.default (before: v1 90%, v2 10%)',
    ])
  })
  it('are other services and ports', () => {
    expect(changed(rule(to('v1')), rule('{destination: {host: ratings}}'))).toEqual([
      'route-change: requests for reviews.default:80 now go to ratings.default (before: v1)',
    ])
  })
  it('become redirects and answers', () => {
    expect(changed(rule(to('v1')), '{redirect: {authority: new.example.com, uri: /start, redirectCode: 302}}')).toEqual(
      ['route-change: requests for reviews.default:80 are now redirected to new.example.com/start (302) (before: v1)'],
    )
    expect(changed(rule(to('v1')), '{directResponse: {status: 503}}')).toEqual([
      'route-change: requests for reviews.default:80 are now answered with status 503 (before: v1)',
    ])
    expect(changed('{directResponse: {status: 503}}', '{directResponse: {status: 404}}')).toEqual([
      'route-change: requests for reviews.default:80 are now answered with status 404 (before: status 503)',
    ])
  })
  it('come with a VirtualService and go with it', () => {
    const virtual = virtualService('reviews', `[${rule(to('v2'), ', timeout: 3s')}]`)
    expect(said(MESH, MESH + virtual)).toEqual([
      'route-change: requests for reviews.default:80 now go to v2 (before: reviews.default)',
      'route-change: requests for reviews.default:80 time out after 3s (before: no timeout)',
    ])
    expect(said(MESH + virtual, MESH)).toEqual([
      'route-change: requests for reviews.default:80 now go to reviews.default (before: v2)',
      'route-change: requests for reviews.default:80 have no timeout (before: 3s)',
    ])
  })
  it('come for a host that no service has', () => {
    const virtual = virtualService('old.example.com', `[${rule('{destination: {host: ratings}}')}]`)
    expect(said(MESH, MESH + virtual)).toEqual([
      'route-change: requests for old.example.com:80 now go to ratings.default (before: pass unchanged)',
    ])
  })
})

describe('the order of rules', () => {
  const [all, jason] = [rule(to('v1')), rule(to('v2'), JASON)]
  it('matters where another rule wins', () => {
    expect(changed(`${jason}, ${all}`, `${all}, ${jason}`)).toEqual([
      'route-change: requests for reviews.default:80 with end-user: jason now go to v1 (before: v2)',
    ])
  })
  it('does not matter between rules for different requests', () => {
    const mary = JASON.replace('jason', 'mary')
    const effects = changed(`${jason}, ${rule(to('v1'), mary)}, ${all}`, `${rule(to('v1'), mary)}, ${jason}, ${all}`)
    expect(effects).toEqual([
      'resource-change: requests for reviews.default:80: the routes are written or ordered in another way, without effect',
    ])
  })
  it('matters for requests that two rules share', () => {
    const path = rule(to('v1'), ', match: [{uri: {prefix: /v1}}]')
    expect(changed(`${jason}, ${path}, ${all}`, `${path}, ${jason}, ${all}`)).toEqual([
      'route-change: requests for reviews.default:80 with end-user: jason, and also with path /v1* now go to v1 (before: v2)',
    ])
  })
  it('makes a rule without effect', () => {
    const path = rule(to('v1'), ', match: [{uri: {prefix: /a}}]')
    const narrow = (subset: string) => rule(to(subset), ', match: [{uri: {prefix: /a/b}}]')
    expect(changed(`${path}, ${all}`, `${path}, ${narrow('v2')}, ${all}`)).toEqual([
      'route-change: requests for reviews.default:80 with path /a/b* get a route that never applies: an earlier one takes them',
    ])
    expect(changed(`${path}, ${narrow('v2')}, ${all}`, `${path}, ${narrow('v1')}, ${all}`)).toEqual([
      'route-change: requests for reviews.default:80 with path /a/b*: a route changes that never applies, because an earlier one takes them',
    ])
    expect(changed(`${path}, ${narrow('v2')}, ${all}`, `${path}, ${all}`)).toEqual([
      'route-change: requests for reviews.default:80 with path /a/b* lose a route that never applied: an earlier one took them',
    ])
  })
  it('of very many rules is told as a whole', () => {
    const rules = Array.from({ length: 1100 }, (_, index) => rule(to('v1'), `, match: [{uri: {exact: /p${index}}}]`))
    const [first = '', ...others] = rules
    expect(changed(`${rules.join(', ')}, ${all}`, `${others.join(', ')}, ${first}, ${all}`)).toEqual([
      'route-change: requests for reviews.default:80 meet their routes in another order',
    ])
    const second = rule(to('v2'), ', match: [{uri: {exact: /p0}}]')
    expect(changed(`${rules.join(', ')}, ${all}`, `${second}, ${others.join(', ')}, ${all}`)).toEqual([
      'route-change: requests for reviews.default:80 with path /p0 now go to v2 (before: v1)',
    ])
  })
  it('is not changed by a rule that does the same', () => {
    expect(changed(all, `${rule(to('v1'), JASON)}, ${all}`)).toEqual([
      'route-change: requests for reviews.default:80 with end-user: jason get a route of their own, which does the same',
    ])
  })
})

describe('what a rule does besides', () => {
  const settings = (before: string, after: string) => changed(rule(to('v1'), before), rule(to('v1'), after))
  const CASES = [
    ['timeout', '', ', timeout: 3s'],
    ['timeout that goes', ', timeout: 3s', ''],
    ['retries', ', retries: {attempts: 3, perTryTimeout: 1s}', ', retries: {attempts: 1, perTryTimeout: 2s}'],
    ['no retries', '', ', retries: {attempts: 0}'],
    ['reasons of retries', '', ', retries: {attempts: 2, retryOn: "5xx"}'],
    ['path', '', ', rewrite: {uri: /new}'],
    ['path by expression', '', ', rewrite: {uriRegexRewrite: {match: "^/a/(.*)", rewrite: "/b"}}'],
    ['host', ', rewrite: {authority: a.example.com}', ', rewrite: {authority: b.example.com}'],
    ['mirror', '', ', mirror: {host: ratings}, mirrorPercentage: {value: 5}'],
    ['mirror that goes', ', mirror: {host: ratings}', ''],
    ['delay', '', ', fault: {delay: {fixedDelay: 5s, percentage: {value: 10}}}'],
    [
      'delay for more',
      ', fault: {delay: {fixedDelay: 5s, percentage: {value: 10}}}',
      ', fault: {delay: {fixedDelay: 5s, percentage: {value: 50}}}',
    ],
    ['failures', '', ', fault: {abort: {httpStatus: 503, percentage: {value: 10}}}'],
    ['failures that go', ', fault: {abort: {httpStatus: 503, percentage: {value: 10}}}', ''],
    ['request header', '', ', headers: {request: {set: {x-a: one}}}'],
    [
      'request header with another value',
      ', headers: {request: {set: {x-a: one}}}',
      ', headers: {request: {add: {x-a: two}}}',
    ],
    ['response header', '', ', headers: {response: {remove: [server]}}'],
    ['CORS', '', ', corsPolicy: {allowOrigins: [{exact: "https://a.example.com"}]}'],
  ] as const
  it('is told', () => {
    expect(Object.fromEntries(CASES.map(([name, before, after]) => [name, settings(before, after)]))).toEqual({
      CORS: ['route-change: requests for reviews.default:80: CORS is new'],
      delay: ['route-change: requests for reviews.default:80: 10% wait 5s (before: no delay)'],
      'delay for more': ['route-change: requests for reviews.default:80: 50% wait 5s (before: 10% wait 5s)'],
      failures: ['route-change: requests for reviews.default:80: 10% fail with status 503 (before: no failures)'],
      'failures that go': [
        'route-change: requests for reviews.default:80 no longer fail on purpose (before: 10% fail with status 503)',
      ],
      host: ['route-change: requests for reviews.default:80 get the host b.example.com (before: a.example.com)'],
      mirror: [
        'route-change: requests for reviews.default:80 are also sent to ratings.default (5%) (before: not mirrored)',
      ],
      'mirror that goes': [
        'route-change: requests for reviews.default:80 are no longer mirrored (before: ratings.default (100%))',
      ],
      'no retries': ['route-change: requests for reviews.default:80 are not retried (before: 2 times)'],
      path: ['route-change: requests for reviews.default:80 get the path /new (before: kept)'],
      'path by expression': [
        'route-change: requests for reviews.default:80 get the path /b (for ^/a/(.*)) (before: kept)',
      ],
      'reasons of retries': [
        'route-change: requests for reviews.default:80 are retried on 5xx (before: connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes)',
      ],
      'request header': [
        'route-change: requests for reviews.default:80: the request header x-a is set to one (before: left alone)',
      ],
      'request header with another value': [
        'route-change: requests for reviews.default:80: the request header x-a is added with two (before: set to one)',
      ],
      'response header': [
        'route-change: requests for reviews.default:80: the response header server is removed (before: left alone)',
      ],
      retries: [
        'route-change: requests for reviews.default:80 are retried 1 time (before: 3 times)',
        'route-change: requests for reviews.default:80 wait 2s for each try (before: 1s)',
      ],
      timeout: ['route-change: requests for reviews.default:80 time out after 3s (before: no timeout)'],
      'timeout that goes': ['route-change: requests for reviews.default:80 have no timeout (before: 3s)'],
    })
  })
  it('headers of one destination', () => {
    const header = rule(to('v1', ', headers: {request: {set: {x-a: one}}}'))
    expect(changed(rule(to('v1')), header)).toEqual([
      'route-change: requests for reviews.default:80: the request header x-a is set to one (before: left alone)',
    ])
  })
})

describe('conditions are read', () => {
  const MATCHES = [
    'uri: {exact: /a}',
    'uri: {prefix: /a}',
    'uri: {regex: "/a.*"}, ignoreUriCase: true',
    'method: {exact: POST}, uri: {prefix: /a}',
    'authority: {prefix: www}',
    'headers: {x-a: {}}',
    'headers: {x-a: {prefix: b}}, queryParams: {q: {exact: c}}',
    'withoutHeaders: {x-a: {exact: b}}',
    'withoutHeaders: {x-a: {}}',
  ]
  it('as words', () => {
    const words = MATCHES.map((match) => {
      const [line = ''] = changed(rule(to('v1')), `${rule(to('v2'), `, match: [{${match}}]`)}, ${rule(to('v1'))}`)
      expect(line).toMatch(/ now go to v2 \(before: v1\)$/)
      return line.slice('route-change: requests for reviews.default:80 '.length, -' now go to v2 (before: v1)'.length)
    })
    expect(words).toEqual([
      'with path /a',
      'with path /a*',
      'with path matching /a.* in any case',
      'with path /a* and method POST',
      'with host www*',
      'with header x-a',
      'with x-a: b* and parameter q=c',
      'with x-a not b',
      'with no header x-a',
    ])
  })
})

describe('routes', () => {
  it('have their rule on both sides as source', () => {
    const [before, after] = [rule(to('v1')), rule(to('v2'))].map(
      (http) => MESH + virtualService('reviews', `[${http}]`),
    )
    const [effect] = proxyEffects(before ?? '', after ?? '')
    expect(effect?.sources.before.map(({ what }) => what)).toContain('VirtualService default/reviews')
    expect(effect?.sources.after.map(({ what }) => what)).toContain('VirtualService default/reviews')
    expect(effect?.subject).toEqual({ kind: 'route', name: 'reviews.default.svc.cluster.local:80' })
    expect([effect?.before, effect?.after]).toEqual(['v1', 'v2'])
  })
  it('tell of a rule that another VirtualService takes over without a difference', () => {
    const [one, two] = ['one', 'two'].map((name) =>
      virtualService('reviews', `[${rule(to('v1'))}]`).replace('name: reviews', `name: ${name}`),
    )
    expect(said(MESH + one, MESH + two)).toEqual([
      'route-change: requests for reviews.default:80 are now routed by VirtualService default/two (before: VirtualService default/one), to the same place',
    ])
  })
})
