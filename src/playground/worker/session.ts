/** Answers the calls of one page. */
import type { Asked, Question } from '../../answers/dns/message.ts'
import { parseQuestion } from '../../answers/dns/question.ts'
import { digLines } from '../../answers/dns/text.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { releaseText } from '../../answers/release.ts'
import { DEFAULT_DEPTH } from '../../answers/trace/depth.ts'
import { graphOf } from '../../answers/trace/graph.ts'
import { originFor } from '../../answers/trace/origin.ts'
import { Sources } from '../../answers/trace/sources.ts'
import { parseTarget } from '../../answers/trace/target.ts'
import { tracesLines } from '../../answers/trace/text.ts'
import { ipFamily } from '../../common/addresses.ts'
import { UserError } from '../../common/errors.ts'
import { once } from '../../common/once.ts'
import { NameExplainer } from '../../dns/explain.ts'
import { searchSteps } from '../../dns/search.ts'
import type { Line } from '../../formats/spans.ts'
import type { CallName, Calls } from '../messages.ts'
import { meshAnswer, ProxyAnswers } from './answers.ts'
import { Findings } from './findings.ts'
import { MeshReader, type PageMesh } from './mesh.ts'
import { Tables } from './tables.ts'

const SEARCH = '+search'

/** One mesh with its answers. */
class Computed {
  readonly page: PageMesh
  readonly answers: ProxyAnswers | undefined
  readonly findings: () => Findings
  readonly #tables: Tables | undefined

  constructor(page: PageMesh) {
    this.page = page
    this.answers = page.view && new ProxyAnswers(page, page.view)
    this.findings = once(() => new Findings(page))
    this.#tables = this.answers && new Tables(page, this.answers)
  }

  /** @throws UserError when the input does not have the chosen proxy */
  get ofProxy(): { readonly answers: ProxyAnswers; readonly tables: Tables } {
    if (this.answers && this.#tables) return { answers: this.answers, tables: this.#tables }
    throw new UserError('the manifests do not have this proxy', 'choose another one')
  }
}

/** A question of the form `NAME [TYPE] [+search]`. */
function questionOf(text: string): { readonly question: Question; readonly expand: boolean } {
  const words = text.trim().split(/\s+/)
  const question = parseQuestion(words.filter((word) => word !== SEARCH).join(' '))
  if (!question)
    throw new UserError('no name to look up', 'write a name and, if you like, a type: orders.example.com AAAA')
  const isAddress = ipFamily(question.name) !== 0
  return { question: isAddress ? { ...question, address: question.name } : question, expand: words.includes(SEARCH) }
}

export class Session {
  readonly #reader = new MeshReader()
  #computed: Computed | undefined

  get #now(): Computed {
    if (this.#computed) return this.#computed
    throw new UserError('nothing has been read')
  }

  readonly #calls: { readonly [C in CallName]: (request: Calls[C]['request']) => Calls[C]['answer'] } = {
    mesh: (request) => {
      this.#computed = undefined
      const computed = new Computed(this.#reader.read(request))
      this.#computed = computed
      return meshAnswer(computed.page, computed.answers)
    },
    rows: (request) => this.#now.ofProxy.tables.rows(request),
    detail: ({ table, key, width }) =>
      table === 'listeners' ? this.#now.ofProxy.tables.listenerLines(key, width) : this.#dig(key),
    lint: () => this.#now.findings().answer(this.#now.answers?.lost() ?? 0),
    fixes: () => this.#now.findings().fixes(),
    fix: ({ finding }) => this.#now.findings().fix(finding),
    dig: ({ question }) => this.#dig(question),
    trace: (request) => this.#trace(request),
  }

  /** @throws UserError for a mistake in the request */
  answer<C extends CallName>(call: C, request: Calls[C]['request']): Calls[C]['answer'] {
    return this.#calls[call](request)
  }

  #dig(text: string): readonly Line[] {
    const { answers } = this.#now.ofProxy
    const { mesh } = this.#now.page
    const { view } = answers
    const lookup = answers.lookup()
    const explainer = new NameExplainer(view, mesh.scope, lookup)
    const { question, expand } = questionOf(text)
    const { name, type, address } = question
    const asked: Asked = {
      question,
      steps: expand
        ? searchSteps(name, type, view.proxy.search, lookup)
        : [{ name, answer: lookup.lookup(name, type) }],
      ...(address !== undefined && { owners: explainer.ownersOf(address, answers.names()) }),
    }
    const release = releaseText(mesh.snapshot.release)
    const lines = digLines({
      version: '',
      release,
      asked: [asked],
      proxy: view.proxy,
      proxyText: proxyText(view),
      explainer,
    })
    // The first ones say which program answers, for which release and proxy; the page says that elsewhere.
    return [...lines].slice(3)
  }

  #trace({ target, headers, width }: Calls['trace']['request']): Calls['trace']['answer'] {
    const { answers } = this.#now.ofProxy
    const { mesh } = this.#now.page
    const header = headers.split(';').flatMap((text) => text.trim() || [])
    const request = parseTarget(target.trim(), { header })
    const origin = originFor({}, mesh, answers.view, answers.peers())
    const { from, trace } = origin(request, { resolve: new Map(), allBranches: true, depth: DEFAULT_DEPTH })
    const answer = { target: target.trim(), from, trace }
    const lines = tracesLines([answer], new Sources(mesh.snapshot), mesh.snapshot.release, width)
    return { lines: [...lines].slice(1), graph: graphOf(answer, 's') }
  }
}
