/** The name table of a proxy, and what its DNS server answers. */
import { assumedIn } from '../answers/assumed.ts'
import { answersMessage } from '../answers/dns/message.ts'
import { DEFAULT_TYPE, typeProblem } from '../answers/dns/question.ts'
import { ipFamily } from '../common/addresses.ts'
import { quoted, UserError } from '../common/errors.ts'
import { once } from '../common/once.ts'
import { NameExplainer } from '../dns/explain.ts'
import { type Answer, LookupTable, type DnsRecord as TableRecord, TTL } from '../dns/lookup-table.ts'
import { buildNameTable, type NameRecord as TableEntry } from '../dns/name-table.ts'
import { nameProblem } from '../dns/question-name.ts'
import { parseRecordType } from '../dns/record-types.ts'
import type { Mesh } from '../pipeline.ts'
import type { ProxyView } from '../scope/view.ts'
import { placed, sourceOf } from './sources.ts'
import type { DnsReason, DnsRecord, ExplainedDnsAnswer, NameRecord, NameSource } from './types/proxy.ts'

const DIG = 'dig'

/** The names of one proxy. */
export class Names {
  readonly #mesh: Mesh
  readonly #table
  readonly #lookup: LookupTable
  readonly #explainer: NameExplainer
  readonly records: () => readonly NameRecord[]

  constructor(mesh: Mesh, view: ProxyView) {
    this.#mesh = mesh
    this.#table = buildNameTable(view)
    this.#lookup = new LookupTable(this.#table, view)
    this.#explainer = new NameExplainer(view, mesh.scope, this.#lookup)
    this.records = once(() => [...this.#table.values()].map((entry) => this.#record(entry)))
  }

  #record(entry: TableEntry): NameRecord {
    const { host, ips, registry, namespace, shortname } = entry
    const sources = this.#explainer.sourcesOf(entry).map(({ what, why, location, source, assumed }): NameSource => {
      const { ips: addresses, rule } = source
      return placed({ what, why, addresses, rule, assumed }, location)
    })
    const kubernetes = { ...(namespace && { namespace }), ...(shortname && { shortname }) }
    return { host, addresses: ips, registry, ...kubernetes, sources }
  }

  #answerRecord({ name, type, data, record }: TableRecord): DnsRecord {
    const origins = type === 'CNAME' ? [] : this.#explainer.originsOf(record, data)
    return { name, type, ttl: TTL, data, sources: origins.map(sourceOf) }
  }

  #reasons(name: string, type: string, answer: Answer): readonly DnsReason[] {
    if (answer.kind === 'answer' && answer.records.length > 0) return []
    return this.#explainer
      .reasonsFor(name, type, answer)
      .map(({ text, what, location }) => placed({ why: text, ...(what !== undefined && { what }) }, location))
  }

  /** @throws UserError for a name that no question can have, or an unknown type */
  answer(name: unknown, stated: unknown = DEFAULT_TYPE): ExplainedDnsAnswer {
    if (typeof name !== 'string') throw new UserError(`${DIG}: the name must be a string`)
    const problem = nameProblem(name)
    if (problem) throw new UserError(`${DIG}: ${quoted(name)} cannot be looked up: ${problem}`)
    const text = String(stated)
    const type = parseRecordType(text)
    if (type === undefined) throw new UserError(`${DIG}: ${typeProblem(text)}`)
    const answer = this.#lookup.lookup(name, type)
    const owners = ipFamily(name) === 0 ? undefined : this.#explainer.ownersOf(name, this.#table)
    const asked = { question: { name, type }, steps: [{ name, answer }], ...(owners && { owners }) }
    const [message] = answersMessage([asked], assumedIn(this.#mesh.snapshot.assumed))
    const records = answer.kind === 'answer' ? answer.records.map((record) => this.#answerRecord(record)) : []
    return { ...(message as ExplainedDnsAnswer), records, reasons: this.#reasons(name, type, answer) }
  }
}
