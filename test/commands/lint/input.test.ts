import { describe, expect, it } from 'vitest'
import { folderOf, vipctl } from '../cli.ts'

const BAD = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: shop}
spec: {hosts: [db.example.com], ports: [{number: 0, name: tcp}]}
`

describe('what vipctl lint reads', () => {
  it('descends, unless it is told not to', async () => {
    const cwd = folderOf({
      'top.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
      'a/b/bad.yaml': BAD,
    })
    expect((await vipctl('lint .', { cwd })).code).toBe(1)
    expect((await vipctl('lint . --no-recursive', { cwd })).code).toBe(0)
  })

  it('is the working directory when nobody names anything', async () => {
    const { code, stdout } = await vipctl('lint', { cwd: folderOf({ 'a/bad.yaml': BAD }) })
    expect(code).toBe(1)
    expect(stdout).toContain('\na/bad.yaml\n')
  })

  it('is the inputs of the configuration before that', async () => {
    const cwd = folderOf({ 'a/bad.yaml': BAD, 'b/x.yaml': BAD, '.vipctl.yaml': 'inputs: b\n' })
    const { stdout } = await vipctl('lint', { cwd })
    expect(stdout).toContain('\nb/x.yaml\n')
    expect(stdout).not.toContain('a/bad.yaml')
  })

  it('is nothing where there are no manifests, and no cluster is asked', async () => {
    const cwd = folderOf({ 'package.json': '{}', '.kube/config': 'not read' })
    const { code, stderr } = await vipctl('lint', { cwd, env: { KUBECONFIG: `${cwd}/.kube/config` } })
    expect(code).toBe(2)
    expect(stderr).toContain('no input: the working directory holds no manifests')
    expect(stderr).not.toContain('.kube')
  })

  it('is not a cluster only because a context is named', async () => {
    const { code, stderr } = await vipctl('lint --context production')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: --context needs --live: lint reads files unless it is told to read a cluster\n',
    })
  })

  it('takes what .gitignore leaves out when the configuration says so', async () => {
    const files = {
      '.git/HEAD': '',
      '.gitignore': 'gen/\n',
      'gen/bad.yaml': BAD,
      'ok.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n',
    }
    expect((await vipctl('lint', { cwd: folderOf(files) })).code).toBe(0)
    const cwd = folderOf({ ...files, '.vipctl.yaml': 'gitignore: false\n' })
    expect((await vipctl('lint', { cwd })).code).toBe(1)
  })
})
