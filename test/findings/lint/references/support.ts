/** Small manifests for rules about references. */

export const namespace = (name: string): string => `
apiVersion: v1
kind: Namespace
metadata: {name: ${name}}
---`

/** An Istio object; `spec` in flow style. */
export const istio = (kind: string, name: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: ${name.split('/')[1]}, namespace: ${name.split('/')[0]}}
spec: ${spec}
---`

/** A Service in the namespace `shop` or another one, with a port and optionally a selector. */
export const kubeService = (name: string, inNamespace = 'shop', spec = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${inNamespace}}
spec: {ports: [{name: http, port: 80}]${spec && `, ${spec}`}}
---`

/** A Deployment or another controller, whose pods have these labels. */
export const controller = (kind: string, labels: string, inNamespace = 'shop', apiVersion = 'apps/v1'): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: made, namespace: ${inNamespace}, labels: {app: of-the-controller}}
spec: {template: {metadata: {labels: ${labels}}, spec: {containers: [{name: app}]}}}
---`

/** An entry in the namespace `shop` with one host and port 443. */
export const hostEntry = (name: string, host: string, spec = ''): string =>
  istio(
    'ServiceEntry',
    `shop/${name}`,
    `{hosts: ["${host}"], ports: [{number: 443, name: tls, protocol: TLS}], resolution: NONE${spec && `, ${spec}`}}`,
  )
