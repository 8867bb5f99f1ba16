import { describe, expect, it } from 'vitest'
import { nearestHosts } from '../../src/common/nearest-hosts.ts'

const service = (name: string): string => `${name}.svc.cluster.local`

describe('nearestHosts', () => {
  it('completes a name, and then suggests nothing else', () => {
    const hosts = [service('reviews.shop'), service('reviews.shops'), service('review.shop'), 'reviews.example.com']
    expect(nearestHosts('reviews.shop', hosts, 2)).toEqual([service('reviews.shop')])
    expect(nearestHosts('reviews', hosts, 2)).toEqual(['reviews.example.com', service('reviews.shop')])
    expect(nearestHosts('api.example.com.svc.cluster.local', ['api.example.com'], 2)).toEqual(['api.example.com'])
  })

  it('prefers the same name in another namespace to other names in the same one', () => {
    const hosts = ['opa.istioinaction', 'ratelimit.istioinaction', 'catalog.default', 'catalog.istioinactions'].map(
      service,
    )
    expect(nearestHosts(service('catalog.istioinaction'), hosts, 3)).toEqual(
      ['catalog.istioinactions', 'catalog.default'].map(service),
    )
  })

  it('compares the first label alone, so that a long namespace makes no names alike', () => {
    const hosts = ['foo-dev.bookinfo', 'minio.bookinfo', 'detail.bookinfo', 'detials.other'].map(service)
    expect(nearestHosts(service('details.bookinfo'), hosts, 3)).toEqual([service('detail.bookinfo')])
  })

  it('suggests no host of another domain for its first label', () => {
    expect(nearestHosts('www.google.com', ['www.example.org', service('www.shop')], 2)).toEqual([])
    expect(nearestHosts('api.exmaple.com', ['api.example.com', 'api.example.org'], 2)).toEqual(['api.example.com'])
  })

  it('leaves out wildcards and very long names', () => {
    expect(nearestHosts('*.example.com', ['*.example.org'], 2)).toEqual([])
    expect(nearestHosts('a'.repeat(300), ['a'.repeat(300)], 2)).toEqual([])
  })
})
