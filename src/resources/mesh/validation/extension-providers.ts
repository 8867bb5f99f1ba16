/** istiod's checks of extension providers (pkg/config/validation/agent/extensionprovider.go). */
import { ENVOY_STATUS } from '../../../common/status-codes.ts'
import { type Path, quote, type Report } from '../../../kinds/validation/report.ts'
import { isIp } from '../../../kinds/validation/values/addresses.ts'
import { parseGoUrl } from '../../../kinds/validation/values/go-url.ts'
import { fqdnProblem, isLabel, scopedHostProblem } from '../../../kinds/validation/values/hosts.ts'
import { isPort } from '../../../kinds/validation/values/ports.ts'
import type { MeshConfigExtensionProvider as Provider } from '../mesh-config.ts'

const AT: Path = Object.freeze([])
const LIST = 'extensionProviders'

type Kind = Exclude<keyof Provider, 'name'>

/** The types whose providers are Services. */
const WITH_SERVICE = [
  'envoyExtAuthzHttp',
  'envoyExtAuthzGrpc',
  'zipkin',
  'lightstep',
  'datadog',
  'opencensus',
  'skywalking',
  'opentelemetry',
  'envoyHttpAls',
  'envoyTcpAls',
  'envoyOtelAls',
] as const satisfies readonly Kind[]

/** The types that are not. */
const WITHOUT_SERVICE = ['prometheus', 'stackdriver', 'envoyFileAccessLog'] as const satisfies readonly Kind[]

function serviceProblem(service: string): string | undefined {
  if (service === '') return 'a service is needed'
  const slash = service.indexOf('/')
  if (slash < 0) {
    const isHost = fqdnProblem(service) === undefined || isIp(service)
    return isHost ? undefined : `${quote(service)} is neither a host name nor an IP`
  }
  const namespace = service.slice(0, slash).replace(/^~/, '')
  const isNamespace = namespace === '' || namespace === '*' || namespace === '.' || isLabel(namespace)
  const host = service.slice(slash + 1)
  const isWell = slash > 0 && host !== '' && isNamespace && scopedHostProblem(host, false) === undefined
  return isWell ? undefined : `${quote(service)} is not NAMESPACE/HOST`
}

/** Whether a text is a number, as Go reads it, of a status that Envoy has a name for; 0 is `Empty`. */
const isStatus = (text: string): boolean =>
  /^[+-]?\d+$/.test(text) && (Number(text) === 0 || ENVOY_STATUS.has(Number(text)))

/** What only some types are checked for. */
function detailProblem({
  lightstep,
  opentelemetry,
  envoyExtAuthzHttp,
  envoyExtAuthzGrpc,
}: Provider): string | undefined {
  if (lightstep?.accessToken === '') return 'an access token is needed'
  if (opentelemetry?.grpc && opentelemetry.http) return 'only one of grpc and http can be set'
  const status = (envoyExtAuthzHttp ?? envoyExtAuthzGrpc)?.statusOnError ?? ''
  if (status !== '' && !isStatus(status))
    return `the statusOnError ${quote(status)} is not a status of HTTP that Envoy knows`
  const prefix = envoyExtAuthzHttp?.pathPrefix ?? ''
  if (prefix === '' || (prefix.startsWith('/') && parseGoUrl(prefix, 'reference'))) return undefined
  return `the pathPrefix ${quote(prefix)} is not a path that begins with /`
}

function problemsOf(provider: Provider): readonly string[] {
  const stated = WITH_SERVICE.map((kind) => provider[kind]).find((each) => each !== undefined)
  if (!stated && WITHOUT_SERVICE.every((kind) => provider[kind] === undefined)) {
    return [provider.sds ? 'istiod does not support the type sds' : 'no type is stated']
  }
  const service = stated && serviceProblem(stated.service)
  const port = stated && !isPort(stated.port) ? `a port must be between 1 and 65535, not ${stated.port}` : undefined
  const name = provider.name === '' ? 'a name is needed' : undefined
  return [name, service, port, detailProblem(provider)].filter((problem) => problem !== undefined)
}

/** Checks the extension providers, of which later ones have replaced earlier ones of their name. */
export function checkExtensionProviders(report: Report, providers: readonly Provider[]): void {
  for (const provider of providers) {
    for (const problem of problemsOf(provider)) {
      report.error(AT, LIST, 'address-invalid', `provider ${quote(provider.name)}: ${problem}`)
    }
  }
}
