import { describe, expect, it } from 'vitest'
import { folderOf, told, vipctl } from '../cli.ts'

const entry = (name: string, host: string): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: [${host}]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`

interface Finding {
  readonly rule: string
  readonly severity: string
  readonly message: string
  readonly location: { readonly file: string; readonly line: number }
  readonly related: readonly { readonly location: { readonly file: string } }[]
}

async function repeated(files: Readonly<Record<string, string>>) {
  const { stdout, code, stderr } = await vipctl('lint -o json --istio-version 1.31', { cwd: folderOf(files) })
  const findings = (JSON.parse(stdout) as { findings: Finding[] }).findings
  return { findings: findings.filter(({ rule }) => rule === 'duplicate-object'), code, stderr: told({ stderr }) }
}

describe('an object that the input has several times', () => {
  it('is info in several files, whatever it says, and no error of the input', async () => {
    const { findings, code, stderr } = await repeated({
      'prod/db.yaml': entry('db', 'db.prod.example.com'),
      'staging/db.yaml': entry('db', 'db.staging.example.com'),
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(findings).toMatchObject([
      {
        severity: 'info',
        message: 'the input has ServiceEntry shop/db 2 times: this one wins',
        location: { file: 'staging/db.yaml' },
        related: [{ location: { file: 'prod/db.yaml' } }],
      },
    ])
  })

  it('is an error in one file, if the two differ', async () => {
    const { findings, code } = await repeated({
      'db.yaml': `${entry('db', 'a.example.com')}---\n${entry('db', 'b.example.com')}`,
    })
    expect(code).toBe(1)
    expect(findings).toMatchObject([
      {
        severity: 'error',
        message: 'the file has ServiceEntry shop/db twice with different content: the later one wins',
      },
    ])
  })

  it('is info in one file, if the two are alike in another order of keys', async () => {
    const other = 'kind: ServiceEntry\napiVersion: networking.istio.io/v1\n'
    const text = entry('db', 'a.example.com')
    const { findings } = await repeated({
      'db.yaml': `${text}---\n${other}${text.split('\n').slice(2).join('\n')}`,
    })
    expect(findings).toMatchObject([{ severity: 'info' }])
  })

  it('is one finding with others of the same folders', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const side = (folder: string) =>
      names.map((name) => [`${folder}/${name}.yaml`, entry(name, `${name}.${folder}.io`)])
    const { findings } = await repeated(Object.fromEntries([...side('prod'), ...side('staging')]))
    expect(findings.map(({ message }) => message)).toEqual([
      '5 objects are in each of the folders prod, staging, and the last one of each wins: ServiceEntry shop/a, ServiceEntry shop/b, ServiceEntry shop/c and 2 more',
    ])
  })
})
