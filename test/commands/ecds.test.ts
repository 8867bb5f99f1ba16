import { describe, expect, it } from 'vitest'
import { documents, folderOf, vipctl } from './cli.ts'

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: app}]}
status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}]}
`

const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, clusterIP: 10.96.0.1, ports: [{name: http, port: 80}]}
`

const plugin = (name: string, spec: string) => `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: ${name}, namespace: shop}
spec: ${spec}
`

const ADDED = `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: added, namespace: shop}
spec:
  configPatches:
  - applyTo: HTTP_FILTER
    match: {context: SIDECAR_INBOUND}
    patch:
      operation: INSERT_FIRST
      value:
        name: late
        config_discovery:
          config_source: {ads: {}}
          type_urls: [type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua]
  - applyTo: EXTENSION_CONFIG
    patch:
      operation: ADD
      value:
        name: late
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
          inline_code: "function envoy_on_request() end"
  - applyTo: EXTENSION_CONFIG
    patch:
      operation: ADD
      value:
        name: not-asked-for
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}
`

async function run(objects: readonly string[], ...args: string[]) {
  const cwd = folderOf({ 'mesh.yaml': documents(POD, SERVICE, ...objects) })
  return vipctl([...args, '-f', 'mesh.yaml', '--proxy', 'web.shop', '--istio-version', '1.31', '-q'], { cwd })
}

describe('extensions that listeners ask for by name', () => {
  const CODE = plugin(
    'code',
    `{url: 'registry.example.com/w:1', phase: AUTHN, pluginName: root, failStrategy: FAIL_OPEN, imagePullPolicy: Always,
  imagePullSecret: pull, pluginConfig: {b: 1, a: '<x>'},
  vmConfig: {env: [{name: A, value: x}, {name: B, valueFrom: HOST}]}}`,
  )

  it('are a table as istioctl prints it', async () => {
    const { stdout, code } = await run([CODE, ADDED], 'pc', 'ecds')
    expect(code).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/\s{2,}/))
    expect(lines).toEqual([
      ['ECDS NAME', 'TYPE'],
      ['late', 'envoy.extensions.filters.http.lua.v3.Lua'],
      [
        'extensions.istio.io/trafficextension/shop.code~istio-translated-wasmplugin',
        'envoy.extensions.filters.http.wasm.v3.Wasm',
      ],
    ])
  })

  it('are in a dump, and in the config dump', async () => {
    const { stdout } = await run([CODE], 'dump')
    expect(JSON.parse(stdout).ecds).toEqual([
      {
        name: 'extensions.istio.io/trafficextension/shop.code~istio-translated-wasmplugin',
        typedConfig: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
          config: {
            name: 'shop.code~istio-translated-wasmplugin',
            rootId: 'root',
            vmConfig: {
              runtime: 'envoy.wasm.runtime.v8',
              code: {
                remote: { httpUri: { uri: 'oci://registry.example.com/w:1', cluster: '_', timeout: '30s' } },
              },
              environmentVariables: {
                hostEnvKeys: ['B'],
                keyValues: {
                  ISTIO_META_WASM_IMAGE_PULL_SECRET: '',
                  ISTIO_META_WASM_IMAGE_PULL_POLICY: 'Always',
                  ISTIO_META_WASM_PLUGIN_RESOURCE_VERSION: '',
                  A: 'x',
                },
              },
            },
            configuration: {
              '@type': 'type.googleapis.com/google.protobuf.StringValue',
              value: '{"a":"\\u003cx\\u003e","b":1}',
            },
            failurePolicy: 'FAIL_OPEN',
          },
        },
      },
    ])
    const { stdout: dump } = await run([CODE], 'dump', '-o', 'config-dump')
    const { configs } = JSON.parse(dump)
    expect(configs.at(-1)).toMatchObject({
      '@type': 'type.googleapis.com/envoy.admin.v3.EcdsConfigDump',
      ecds_filters: [{ ecds_filter: { name: expect.stringContaining('shop.code') } }],
    })
  })

  it('name their objects', async () => {
    const { stdout } = await run([CODE], 'pc', 'ecds', '--explain')
    expect(stdout).toContain('WasmPlugin shop/code')
  })

  it('are what patches says that an EnvoyFilter adds, or that no filter asks for', async () => {
    const cwd = folderOf({ 'mesh.yaml': documents(POD, SERVICE, ADDED) })
    const { stdout } = await vipctl(['patches', '-f', 'mesh.yaml', '-q'], { cwd })
    expect(stdout).toContain(
      ['  patch 2: ADD of EXTENSION_CONFIG', '    extension late (web.shop)', '      +name: late\n'].join('\n'),
    )
    expect(stdout).toContain(
      'patch 3: ADD of EXTENSION_CONFIG: it is sent only to filters that ask for it by name, and none does\n',
    )
  })

  it('are a finding of lint if no filter asks for them', async () => {
    const cwd = folderOf({ 'mesh.yaml': documents(POD, SERVICE, ADDED) })
    const { stdout } = await vipctl(['lint', '-f', 'mesh.yaml', '-o', 'json'], { cwd })
    const { findings } = JSON.parse(stdout) as { findings: { rule: string; message: string }[] }
    expect(findings.filter(({ rule }) => rule === 'patch-matches-nothing').map(({ message }) => message)).toEqual([
      'patch 3, ADD of EXTENSION_CONFIG, matches nothing in the proxies that it is for',
    ])
  })

  it('are absent without any', async () => {
    expect(JSON.parse((await run([], 'dump')).stdout)).not.toHaveProperty('ecds')
  })
})
