/** Property names that every JavaScript object inherits work like any other name, wherever a user may use one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runInProcess } from './check.ts'
import { INHERITED } from './hostile.ts'

const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A mesh in which NAME is the placeholder of the name. */
const MESH = `apiVersion: v1
kind: Namespace
metadata: {name: NAME, labels: {NAME: NAME}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultConfig:
      proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true", NAME: NAME}
    extensionProviders:
    - {name: NAME, envoyFileAccessLog: {path: /dev/stdout, logFormat: {labels: {NAME: NAME}}}}
    serviceSettings:
    - {hosts: [NAME], settings: {clusterLocal: true}}
  NAME: x
---
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: NAME, labels: {NAME: NAME}, annotations: {NAME: NAME}}
spec:
  clusterIP: 10.0.0.1
  selector: {NAME: NAME}
  ports: [{name: NAME, port: 80, targetPort: NAME}, {name: tcp-NAME, port: 3306}]
---
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: NAME, labels: {NAME: NAME}, annotations: {vipctl.io/ignore: NAME}}
spec:
  containers:
  - {name: istio-proxy, ports: [{name: NAME, containerPort: 8080}], env: [{name: NAME, value: NAME}]}
  serviceAccountName: NAME
status: {phase: Running, podIP: 10.1.0.1, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: NAME, namespace: NAME, labels: {kubernetes.io/service-name: NAME, NAME: NAME}}
addressType: IPv4
endpoints: [{addresses: [10.1.0.1], targetRef: {kind: Pod, name: NAME, namespace: NAME}, hostname: NAME}]
ports: [{name: NAME, port: 8080}, {name: tcp-NAME, port: 3306}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: NAME, namespace: NAME, labels: {NAME: NAME}}
spec:
  hosts: [NAME, NAME.example.com]
  exportTo: [NAME]
  addresses: [10.2.0.1]
  ports: [{number: 80, name: NAME, protocol: HTTP}]
  resolution: STATIC
  endpoints: [{address: 10.3.0.1, labels: {NAME: NAME}, ports: {NAME: 81}, network: NAME, locality: NAME/NAME}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: selecting-NAME, namespace: NAME}
spec:
  hosts: [db.NAME]
  addresses: [10.2.0.2]
  ports: [{number: 3306, name: tcp, protocol: TCP}]
  resolution: STATIC
  workloadSelector: {labels: {NAME: NAME}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: NAME, namespace: NAME}
spec: {address: 10.4.0.1, labels: {NAME: NAME}, ports: {NAME: 82}, serviceAccount: NAME, network: NAME}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: NAME, namespace: NAME}
spec: {host: NAME, subsets: [{name: NAME, labels: {NAME: NAME}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: NAME, namespace: NAME}
spec:
  hosts: [NAME]
  http:
  - name: NAME
    match: [{headers: {NAME: {exact: NAME}}, sourceLabels: {NAME: NAME}, queryParams: {NAME: {exact: NAME}}}]
    headers: {request: {set: {NAME: NAME}}}
    route: [{destination: {host: NAME, subset: NAME}}, {destination: {host: nobody.NAME}}]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: NAME, namespace: NAME}
spec: {workloadSelector: {labels: {NAME: other}}, egress: [{hosts: ["NAME/*"]}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: NAME, namespace: NAME}
spec:
  selector: {NAME: NAME}
  servers: [{port: {number: 80, name: NAME, protocol: HTTP}, hosts: [NAME/NAME]}]
---
apiVersion: NAME/v1
kind: NAME
metadata: {name: NAME}
`

const CONFIG = `rules: {tcp-port-conflict: info}
istio: {env: {NAME: NAME}}
proxies: {metadata: {NAME: NAME}}
ignores: [{object: NAME/NAME, reason: NAME}]
`

/** Depends on the texts of a finding, including names. */
const FINGERPRINT = /(?<="vipctlFinding\/v1": ")\w+/g

/** Answers to questions about the mesh, with the name removed. */
async function answersFor(name: string, argv: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-names-'))
  folders.push(folder)
  const named = (text: string): string => text.replaceAll('NAME', name)
  writeFileSync(join(folder, 'mesh.yaml'), named(MESH))
  writeFileSync(join(folder, 'east.yaml'), named(MESH))
  writeFileSync(join(folder, 'config.yaml'), named(CONFIG))
  writeFileSync(join(folder, 'broken.yaml'), named('rules: {NAME: error}\nNAME: {NAME: 1}\nistio: {NAME: 1}\n'))
  const { code, stdout, stderr } = await runInProcess(argv.map(named), folder)
  const unnamed = (text: string): string =>
    text.replaceAll(name, 'NAME').replaceAll(name.toLowerCase(), 'NAME').replace(FINGERPRINT, '')
  return { code, stdout: unnamed(stdout), stderr: unnamed(stderr) }
}

/** An ordinary name of the same length and sort order. */
const plainOne = (name: string): string => name.replace(/[a-z](?=[^a-z]*$)/, 'q')

const COMMANDS = [
  'dump -f mesh.yaml --proxy NAME.NAME',
  'dump -f mesh.yaml -n NAME --remote NAME=east.yaml --meta NAME=NAME --istiod-env NAME=NAME',
  'proxy-config all -f mesh.yaml --proxy NAME.NAME --explain',
  'dig NAME NAME.NAME db.NAME -f mesh.yaml --proxy NAME.NAME',
  'lint mesh.yaml -o json',
  'lint mesh.yaml -o sarif --config config.yaml',
  'lint mesh.yaml --rule NAME=error',
  'lint mesh.yaml --explain NAME',
  'lint mesh.yaml --config broken.yaml',
  'proxies NAME.NAME -f mesh.yaml -o json',
  'clusters -f mesh.yaml --remote NAME=east.yaml',
  'conflicts -f mesh.yaml -n NAME',
  'gateways -f mesh.yaml -n NAME',
  'snapshot -f mesh.yaml',
  'rbac -n NAME',
  'rbac NAME',
  'NAME',
]

describe.each(INHERITED)('%s', (name) => {
  it.each(COMMANDS)('is a name like any other to %s', async (line) => {
    const argv = line.split(' ')
    expect(await answersFor(name, argv)).toEqual(await answersFor(plainOne(name), argv))
  })
})
