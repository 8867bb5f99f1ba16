import { objectStatusPatches, statusMessages } from '../../answers/status/message.ts'
import { statusLines } from '../../answers/status/text.ts'
import { quoted, UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { computeMesh, type Mesh, type ObjectStatus } from '../../index.ts'
import { load } from '../../input/load.ts'
import { inputRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { StatusOptions } from './options.ts'

/** The names of the kinds as in kubectl: singular, plural and short. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ...names('GatewayClass', 'gatewayclass', 'gatewayclasses', 'gc'),
  ...names('Gateway', 'gateway', 'gateways', 'gtw'),
  ...names('ListenerSet', 'listenerset', 'listenersets', 'lset'),
  ...names('HTTPRoute', 'httproute', 'httproutes'),
  ...names('GRPCRoute', 'grpcroute', 'grpcroutes'),
  ...names('TCPRoute', 'tcproute', 'tcproutes'),
  ...names('TLSRoute', 'tlsroute', 'tlsroutes'),
  ...names('BackendTLSPolicy', 'backendtlspolicy', 'backendtlspolicies', 'btlspolicy'),
  ...names('XBackendTrafficPolicy', 'xbackendtrafficpolicy', 'xbackendtrafficpolicies', 'xbtrafficpolicy'),
])

function names(kind: string, ...words: readonly string[]): readonly (readonly [string, string])[] {
  return words.map((word) => [word, kind] as const)
}

interface Wanted {
  readonly text: string
  readonly kind: string
  /** undefined for all of the kind. */
  readonly name: string | undefined
}

/** @throws UserError when the kind has no conditions */
function wantedOf(text: string): Wanted {
  const [word = '', name] = text.split('/')
  const kind = KINDS.get(word.toLowerCase())
  if (kind) return { text, kind, name }
  const close = nearest(word.toLowerCase(), KINDS.keys())
  const hint = close ? `did you mean ${close}?` : `kinds with conditions are ${[...new Set(KINDS.values())].join(', ')}`
  throw new UserError(`${quoted(text)} is not a kind with conditions`, hint)
}

/** Whether an object is in a namespace, or in none; undefined for any. */
const isIn = (namespace: string | undefined, { resource: { meta } }: ObjectStatus): boolean =>
  namespace === undefined || meta.namespace === '' || meta.namespace === namespace

/** @param namespace for names without one; undefined for any */
const isWanted =
  ({ kind, name }: Wanted, namespace: string | undefined) =>
  (status: ObjectStatus): boolean => {
    const { kind: own, meta } = status.resource
    if (own !== kind) return false
    if (name === undefined || name === `${meta.name}.${meta.namespace}`) return true
    return name === meta.name && isIn(namespace, status)
  }

/** @throws UserError for a name that no object has */
function selected(
  { registry, snapshot }: Mesh,
  operands: readonly string[],
  namespace: string | undefined,
): readonly ObjectStatus[] {
  if (operands.length === 0) return registry.statuses.filter((each) => isIn(namespace, each))
  const wanted = operands.map(wantedOf)
  for (const each of wanted) {
    if (each.name === undefined || registry.statuses.some(isWanted(each, namespace))) continue
    const known = registry.statuses.filter(({ resource }) => resource.kind === each.kind)
    const close = nearest(
      each.name,
      known.map(({ resource }) => resource.meta.name),
    )
    const isRejected = snapshot.verdicts.some(
      ({ resource: { kind, meta }, errors }) => errors.length > 0 && kind === each.kind && meta.name === each.name,
    )
    const none = isRejected
      ? 'the API server rejects the object; the warnings say why'
      : 'istiod sets no conditions on objects of other controllers'
    const hint = close && !isRejected ? `did you mean ${close}?` : none
    throw new UserError(`istiod has no conditions for ${each.text}`, hint)
  }
  return registry.statuses.filter((status) =>
    wanted.some((each) => isWanted(each, namespace)(status) && (each.name !== undefined || isIn(namespace, status))),
  )
}

/** `vipctl status` */
export async function status(operands: readonly string[], options: StatusOptions, session: Session): Promise<Outcome> {
  const { namespace, allNamespaces, output: format = 'text' } = options
  if (namespace !== undefined && allNamespaces) throw new UserError('-n and -A exclude each other')
  const { snapshot } = await load(await inputRequest(options, session), session, { reads: 'configuration' })
  const statuses = selected(computeMesh(snapshot), operands, namespace)
  if (statuses.length === 0) await session.note('no object has conditions that istiod sets')
  if (format === 'patch') {
    const { yamlDocuments } = await import('../../formats/yaml.ts')
    return { output: yamlDocuments(objectStatusPatches(statuses)) }
  }
  const forms: Forms = { lines: (width) => statusLines(statuses, width), message: () => statusMessages(statuses) }
  return { output: await formatOutput(format, forms, session.target) }
}
