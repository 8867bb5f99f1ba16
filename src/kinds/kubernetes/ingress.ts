/** Ingress (k8s.io/api networking/v1). */
import type { KnownFields, ResourceOf } from '../define.ts'
import { type Infer, int32, json, list, message, optional, string } from '../schema/index.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import { fields } from './known-fields.ts'
import { field } from './record.ts'

const ServiceBackendPort = message('port', { name: string, number: int32 }, open)

const IngressServiceBackend = message('service', { name: string, port: optional(ServiceBackendPort) }, open)

const IngressBackend = message('backend', { service: optional(IngressServiceBackend), resource: optional(json) }, open)
export type IngressBackend = Infer<typeof IngressBackend>

const HTTPIngressPath = message('path', { path: string, pathType: string, backend: optional(IngressBackend) }, open)
export type HTTPIngressPath = Infer<typeof HTTPIngressPath>

const HTTPIngressRuleValue = message('http', { paths: list(HTTPIngressPath) }, open)

const IngressRule = message('rule', { host: string, http: optional(HTTPIngressRuleValue) }, open)

const IngressTLS = message('tls', { hosts: list(string), secretName: string }, open)

const IngressSpec = message(
  'spec',
  {
    ingressClassName: optional(string),
    defaultBackend: optional(IngressBackend),
    tls: list(IngressTLS),
    rules: list(IngressRule),
  },
  open,
)

const BACKEND = { backend: fields('resource', { service: fields('name', { port: fields('name number') }) }) }

const KNOWN_FIELDS: KnownFields = fields('apiVersion kind metadata status', {
  spec: fields('ingressClassName', {
    defaultBackend: BACKEND.backend,
    tls: fields('hosts secretName'),
    rules: fields('host', { http: fields('', { paths: fields('path pathType', BACKEND) }) }),
  }),
})

export const INGRESS = defineKubernetes({
  kind: 'Ingress',
  group: 'networking.k8s.io',
  versions: ['v1'],
  plural: 'ingresses',
  spec: IngressSpec,
  status: NoStatus,
  list: 'ingresses',
  clusters: 'config',
  discovered: true,
  editable: true,
  readFor: ['configuration'],
  misses: 'listeners and routes that the ingress gateway has for Ingresses',
  octalIsMistake: true,
  knownFields: KNOWN_FIELDS,
  record: (object) => field('spec', object.spec),
})
export type Ingress = ResourceOf<typeof INGRESS>
