import { afterAll, describe, expect, it } from 'vitest'
import { folderOf, vipctl } from '../commands/cli.ts'
import { closeAll, startCluster } from './server.ts'

afterAll(closeAll)

describe('vipctl lint of a cluster', () => {
  it('finds what is wrong in it, at the lines that kubectl prints', async () => {
    const { kubeconfig } = await startCluster()
    const { stdout } = await vipctl(`lint --live -c ${kubeconfig} -o json`)
    expect(JSON.parse(stdout).findings).toContainEqual(
      expect.objectContaining({
        rule: 'selector-matches-nothing',
        severity: 'warning',
        location: expect.objectContaining({ file: 'test:service/cars/cars-web' }),
      }),
    )
  })

  it('takes the cluster in place of the files that a configuration names', async () => {
    const { server, kubeconfig } = await startCluster()
    const cwd = folderOf({ '.vipctl.yaml': 'inputs: [missing/]\n' })
    const { stderr } = await vipctl(`lint --live -c ${kubeconfig}`, { cwd })
    expect(stderr).not.toContain('missing')
    expect(server.asked.length).toBeGreaterThan(0)
  })

  it('fixes nothing in it', async () => {
    const { server, kubeconfig } = await startCluster()
    const { code, stderr } = await vipctl(`lint --live --fix -c ${kubeconfig}`)
    expect(code).toBe(2)
    expect(stderr).toContain('--fix: a live cluster is only read')
    expect(server.asked).toEqual([])
  })

  it('takes no paths', async () => {
    const { code, stderr } = await vipctl('lint --live manifests/')
    expect(code).toBe(2)
    expect(stderr).toContain('--live lints the current cluster, and no files')
  })
})
