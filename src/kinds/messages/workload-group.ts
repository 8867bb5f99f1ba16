/** WorkloadGroup (istio.io/api networking/v1alpha3/workload_group.proto). */
import { type Infer, int32, list, map, message, optional, string, uint32 } from '../schema/index.ts'
import { WorkloadEntry } from './workload-entry.ts'

const WorkloadGroupObjectMeta = message('ObjectMeta', {
  labels: map(string),
  annotations: map(string),
})

const HTTPHeader = message('HTTPHeader', {
  name: string,
  value: string,
})

export const HTTPHealthCheckConfig = message('HTTPHealthCheckConfig', {
  path: string,
  port: uint32,
  host: string,
  scheme: string,
  httpHeaders: list(HTTPHeader),
})
export type HTTPHealthCheckConfig = Infer<typeof HTTPHealthCheckConfig>

const TCPHealthCheckConfig = message('TCPHealthCheckConfig', {
  host: string,
  port: uint32,
})

const ExecHealthCheckConfig = message('ExecHealthCheckConfig', {
  command: list(string),
})

const GrpcHealthCheckConfig = message('GrpcHealthCheckConfig', {
  port: uint32,
  service: string,
})

export const ReadinessProbe = message(
  'ReadinessProbe',
  {
    initialDelaySeconds: int32,
    timeoutSeconds: int32,
    periodSeconds: int32,
    successThreshold: int32,
    failureThreshold: int32,
    httpGet: optional(HTTPHealthCheckConfig),
    tcpSocket: optional(TCPHealthCheckConfig),
    exec: optional(ExecHealthCheckConfig),
    grpc: optional(GrpcHealthCheckConfig),
  },
  {
    oneofs: [['httpGet', 'tcpSocket', 'exec', 'grpc']],
  },
)
export type ReadinessProbe = Infer<typeof ReadinessProbe>

export const WorkloadGroup = message('WorkloadGroup', {
  metadata: optional(WorkloadGroupObjectMeta),
  template: optional(WorkloadEntry),
  probe: optional(ReadinessProbe),
})
export type WorkloadGroup = Infer<typeof WorkloadGroup>
