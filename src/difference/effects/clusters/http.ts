/** HTTP versions and the life of connections, in words. */
import { type Aspect, type Fields, fieldOf, fieldsOf, mappingOf, pathPhrases } from '../aspects.ts'
import type { Phrase } from '../draft.ts'
import { atMost, nowWords, wordsOf } from './limits.ts'

const OPTIONS = 'typedExtensionProtocolOptions'
const HTTP = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

const httpOf = (cluster: Fields): Fields => mappingOf(fieldOf(mappingOf(fieldOf(cluster, OPTIONS)), HTTP))

const VERSION_FIELDS = ['explicitHttpConfig', 'useDownstreamProtocolConfig']

function versionText(options: Fields): string {
  if (fieldOf(options, 'useDownstreamProtocolConfig') !== undefined) return "the client's version of HTTP"
  const explicit = mappingOf(fieldOf(options, 'explicitHttpConfig'))
  return fieldOf(explicit, 'http2ProtocolOptions') === undefined ? 'HTTP/1.1' : 'HTTP/2'
}

function versionPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [versionText(before), versionText(after)]
  if (was !== is) {
    return [{ kind: 'cluster-change', lead: '', rest: `: gets ${is} (before: ${was})`, before: was, after: is }]
  }
  // Options state the version that applies without them, too.
  if (Object.keys(before).length === 0 || Object.keys(after).length === 0) return []
  return pathPhrases('cluster-change', fieldsOf(before, VERSION_FIELDS), fieldsOf(after, VERSION_FIELDS), [])
}

const COMMON = {
  idleTimeout: nowWords('idle connections are closed after', '1h'),
  maxConnectionDuration: nowWords('connections are closed after', 'no time'),
  maxRequestsPerConnection: atMost('requests per connection'),
}

/** What is checked against the host of each request. */
const OF_HOST = [
  ['autoSni', 'the server name in TLS is the host of the request'],
  ['autoSanValidation', 'the certificate of the server must have the host of the request'],
] as const

function hostPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [before, after].map((options) => mappingOf(fieldOf(options, 'upstreamHttpProtocolOptions')))
  const flags = OF_HOST.flatMap(([name, words]) => {
    const [old, now] = [fieldOf(was ?? {}, name) === true, fieldOf(is ?? {}, name) === true]
    const rest = `: ${words}: ${now ? 'yes' : 'no'} (before: ${old ? 'yes' : 'no'})`
    return old === now ? [] : [{ kind: 'mtls-change' as const, lead: '', rest }]
  })
  if (flags.length > 0) return flags
  return pathPhrases('cluster-change', was ?? {}, is ?? {}, ['upstreamHttpProtocolOptions'])
}

const KNOWN = [...VERSION_FIELDS, 'commonHttpProtocolOptions', 'upstreamHttpProtocolOptions']
/** Present whenever there are options. */
const TYPE = '@type'

function httpPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [httpOf(before), httpOf(after)]
  const common = (options: Fields): Fields => mappingOf(fieldOf(options, 'commonHttpProtocolOptions'))
  const others = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => !KNOWN.includes(name) && (name !== TYPE || (TYPE in was && TYPE in is)),
  )
  const beside = (cluster: Fields): Fields => {
    const { [HTTP]: _, ...rest } = mappingOf(fieldOf(cluster, OPTIONS))
    return rest
  }
  return [
    ...versionPhrases(was, is),
    ...hostPhrases(was, is),
    ...wordsOf(common(was), common(is), COMMON, ['commonHttpProtocolOptions']),
    ...pathPhrases('cluster-change', fieldsOf(was, others), fieldsOf(is, others), []),
    ...pathPhrases('cluster-change', beside(before), beside(after), [OPTIONS]),
  ]
}

export const HTTP_OPTIONS: Aspect = { fields: [OPTIONS], describe: httpPhrases }
