/** What DNS queries of a workload get before and after. */
import { groupBy } from '../../common/collections.ts'
import { LookupTable, namesOfRecord } from '../../dns/lookup-table.ts'
import { buildNameTable, type NameRecord } from '../../dns/name-table.ts'
import { describeResource } from '../../kinds/resource.ts'
import { serviceLocation } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Changed, ComparedProxy, Effect, ResourceName, Sides, Source } from '../model.ts'
import { hostText, listText } from './words/names.ts'
import { leafTexts } from './words/values.ts'

const MOST_ADDRESSES = 3

/** The addresses that a client gets; undefined if the query goes upstream. */
function addressesOf(table: LookupTable | undefined, name: string): readonly string[] | undefined {
  if (!table) return undefined
  const answers = ['A', 'AAAA'].map((type) => table.lookup(name, type))
  const known = answers.filter((answer) => answer.kind === 'answer')
  if (known.length === 0) return undefined
  const addresses = known.flatMap(({ records }) =>
    records.filter(({ type }) => type !== 'CNAME').map(({ data }) => data),
  )
  return [...addresses].sort()
}

/** One answer as text: the order of addresses does not matter. */
const answerKey = (addresses: readonly string[] | undefined): string => JSON.stringify(addresses ?? null)

const answerText = (addresses: readonly string[]): string =>
  addresses.length === 0 ? 'no address' : listText(addresses, MOST_ADDRESSES)

function sentenceOf(was: readonly string[] | undefined, is: readonly string[] | undefined): string {
  if (!is) return ` goes to the upstream resolver (before: ${answerText(was ?? [])})`
  return ` resolves to ${answerText(is)} (before: ${was ? answerText(was) : 'by the upstream resolver'})`
}

function sourcesOf(record: NameRecord | undefined): readonly Source[] {
  return (record?.sources ?? []).map(({ service }) => ({
    what: describeResource(service.source),
    location: serviceLocation(service),
  }))
}

/** undefined where DNS is not captured. */
type Tables = Sides<LookupTable | undefined>

/** One kind of change, and the names that have it. */
interface NameChange {
  readonly name: string
  readonly was: readonly string[] | undefined
  readonly is: readonly string[] | undefined
}

function namesOf({ before, after }: Changed<NameRecord>, view: ProxyView): readonly string[] {
  return [...new Set([before, after].flatMap((record) => (record ? namesOfRecord(record, view.proxy) : [])))]
}

const withoutDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name)

/** Names of one host that change alike; the host stands for all of them if it is among them. */
function subjectText(host: string, names: readonly string[]): string {
  const plain = names.map(withoutDot)
  return plain.includes(host.toLowerCase()) ? hostText(host) : listText(plain)
}

const verbFor = (count: number, sentence: string): string =>
  count === 1 ? sentence : sentence.replace(/^ goes /, ' go ').replace(/^ resolves /, ' resolve ')

function recordEffects(change: Changed<NameRecord>, tables: Tables, view: ProxyView): readonly Effect[] {
  const host = (change.after ?? change.before)?.host ?? change.name
  const covers: ResourceName[] = [{ kind: 'nds', name: change.name }]
  const sources = { before: sourcesOf(change.before), after: sourcesOf(change.after) }
  const changes = namesOf(change, view).flatMap((name): NameChange[] => {
    const [was, is] = [addressesOf(tables.before, name), addressesOf(tables.after, name)]
    return answerKey(was) === answerKey(is) ? [] : [{ name, was, is }]
  })
  const groups = [...groupBy(changes, ({ was, is }) => answerKey(was) + answerKey(is)).values()]
  if (groups.length === 0) return [silentEffect(change, host, covers, sources)]
  return groups.map((group) => {
    const [{ was, is }] = group
    const names = group.map(({ name }) => name)
    const subject = subjectText(host, names)
    const count = subject === hostText(host) ? 1 : names.length
    return {
      kind: 'dns-change',
      subject: { kind: 'host', name: host },
      ...(was && { before: was.join(', ') }),
      ...(is && { after: is.join(', ') }),
      sentence: subject + verbFor(count, sentenceOf(was, is)),
      sources,
      covers,
    }
  })
}

const factsOf = (record: NameRecord | undefined) =>
  record && {
    ips: [...record.ips],
    registry: record.registry,
    namespace: record.namespace,
    shortname: record.shortname,
  }

/** A record that differs, while every name gets the same answer. */
function silentEffect(
  { before, after }: Changed<NameRecord>,
  host: string,
  covers: readonly ResourceName[],
  sources: Effect['sources'],
): Effect {
  const texts = leafTexts(factsOf(before), factsOf(after))
  const what = before && after ? texts.join(', ') : after ? 'new' : 'gone'
  const sentence = `${hostText(host)} has the same answers, but its record differs: ${what}`
  return { kind: 'resource-change', subject: { kind: 'host', name: host }, sentence, sources, covers }
}

/** A proxy without DNS capture gets a name table, but no query. */
function unaskedEffect(changes: readonly Changed<NameRecord>[]): Effect {
  const names = changes.map(({ name }) => hostText(name))
  return {
    kind: 'resource-change',
    subject: { kind: 'proxy', name: 'name table' },
    sentence: `the name table differs (${listText(names)}), but no query reaches it: DNS capture is off`,
    sources: {
      before: changes.slice(0, 1).flatMap(({ before }) => sourcesOf(before)),
      after: changes.slice(0, 1).flatMap(({ after }) => sourcesOf(after)),
    },
    covers: changes.map(({ name }) => ({ kind: 'nds', name })),
  }
}

/** Capture that is turned on or off, which all names notice. */
function captureEffects({ before, after }: Sides<ProxyView>): readonly Effect[] {
  if (before.proxy.dnsCapture === after.proxy.dnsCapture) return []
  const [was, is] = [before, after].map(({ proxy }) => (proxy.dnsCapture ? 'by the proxy' : 'by the upstream resolver'))
  return [
    {
      kind: 'dns-change',
      subject: { kind: 'proxy', name: 'DNS capture' },
      before: before.proxy.dnsCapture ? 'on' : 'off',
      after: after.proxy.dnsCapture ? 'on' : 'off',
      sentence: `DNS queries are answered ${is} (before: ${was})`,
      sources: { before: [], after: [] },
      covers: [],
    },
  ]
}

/** One effect per host whose answers change, and per group of its names that change alike. */
export function nameEffects({ views: { before, after }, nds }: ComparedProxy): readonly Effect[] {
  if (!before || !after) return []
  const capture = captureEffects({ before, after })
  if (nds.length === 0) return capture
  if (!before.proxy.dnsCapture && !after.proxy.dnsCapture) return [unaskedEffect(nds)]
  const tableOf = (view: ProxyView) => (view.proxy.dnsCapture ? new LookupTable(buildNameTable(view), view) : undefined)
  const tables = { before: tableOf(before), after: tableOf(after) }
  return [...capture, ...nds.flatMap((change) => recordEffects(change, tables, after))]
}
