import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support.ts'
import { kubeService } from './support.ts'

const RULE = 'multicluster-inconsistent'
const web = kubeService('web')

describe(RULE, () => {
  it('reports the Service that does not count, with the one that does', () => {
    const headless = kubeService('web', 'shop', 'clusterIP: None')
    const [finding, ...more] = findingsOf(RULE, web, { remotes: { west: headless } })
    expect(more).toEqual([])
    expect(finding?.message).toBe(
      'web.shop.svc.cluster.local has no cluster IP in cluster west and a cluster IP in cluster Kubernetes: the latter applies everywhere',
    )
    expect(finding?.location.document.file.name).toBe('west.yaml')
    expect(finding?.related.map(({ location }) => location.document.file.name)).toEqual(['mesh.yaml'])
  })

  it('reports every cluster that differs, and none that agrees', () => {
    const other = web.replace('port: 80', 'port: 8080')
    const found = findingsOf(RULE, web, { remotes: { east: web, north: other, west: other } })
    expect(found.map(({ resource }) => resource.cluster)).toEqual(['north', 'west'])
  })

  it('names the ports of both, or that there are none', () => {
    const headless = kubeService('web', 'shop', 'clusterIP: None')
    const bare = headless.replace('ports: [{name: http, port: 80}]', 'ports: []')
    const [finding] = findingsOf(RULE, headless, { remotes: { west: bare } })
    expect(finding?.message).toMatch(/ has no ports in cluster west and the ports .*80.* in cluster Kubernetes/)
  })

  it('says nothing of Services of one cluster, and of equal ones', () => {
    expect(findingsOf(RULE, web)).toEqual([])
    expect(findingsOf(RULE, web, { remotes: { west: web + kubeService('only-here') } })).toEqual([])
  })
})
