import type { HTTPHealthCheckConfig, ReadinessProbe, WorkloadGroup } from '../messages/workload-group.ts'
import type { Resource } from '../resource.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkLabels } from './values/labels.ts'
import { checkNotNegative } from './values/numbers.ts'
import { checkPort } from './values/ports.ts'

const SPEC: Path = ['spec']
const PROBE: Path = ['spec', 'probe']

/** Transcribes the reference's ValidateWorkloadGroup. */
export function validateWorkloadGroup({ spec }: Resource<WorkloadGroup>, report: Report): void {
  if (!spec.template) report.error(SPEC, 'template', 'template-required', 'a template is needed')
  if (spec.metadata) checkLabels(report, ['spec', 'metadata'], 'labels', spec.metadata.labels)
  if (spec.probe) checkProbe(report, spec.probe)
}

const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

function checkProbe(report: Report, probe: ReadinessProbe): void {
  for (const field of PROBE_NUMBERS) checkNotNegative(report, PROBE, field, probe[field])
  if (probe.httpGet) {
    checkHttpProbe(report, [...PROBE, 'httpGet'], probe.httpGet)
  } else if (probe.tcpSocket) {
    checkPort(report, [...PROBE, 'tcpSocket'], 'port', probe.tcpSocket.port)
  } else if (!probe.exec) {
    const method = probe.grpc ? 'grpc is not supported' : 'the probe has no method'
    report.error(PROBE, 'grpc', 'probe-invalid', `${method}: use httpGet, tcpSocket or exec`)
  } else if (probe.exec.command.length === 0) {
    report.error([...PROBE, 'exec'], 'command', 'probe-invalid', 'exec needs a command')
  }
}

const SCHEMES: ReadonlySet<string> = new Set(['', 'HTTP', 'HTTPS'])
/** Kubernetes allows fewer characters than HTTP. */
const PROBE_HEADER = /^[-A-Za-z0-9]+$/

function checkHttpProbe(report: Report, at: Path, probe: HTTPHealthCheckConfig): void {
  checkPort(report, at, 'port', probe.port)
  if (!SCHEMES.has(probe.scheme)) {
    report.error(at, 'scheme', 'probe-invalid', `${quote(probe.scheme)} is neither HTTP nor HTTPS`)
  }
  for (let index = 0; index < probe.httpHeaders.length; index++) {
    const name = probe.httpHeaders[index]?.name ?? ''
    if (PROBE_HEADER.test(name)) continue
    const message = `${quote(name)} is not a header name of a probe`
    report.error([...at, 'httpHeaders', index], 'name', 'header-name-invalid', message)
  }
}
