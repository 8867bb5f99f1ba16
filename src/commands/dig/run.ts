import { assumedIn } from '../../answers/assumed.ts'
import { type Asked, answersMessage, type Question } from '../../answers/dns/message.ts'
import { parseQuestion } from '../../answers/dns/question.ts'
import { digLines, shortLines } from '../../answers/dns/text.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { releaseText } from '../../answers/release.ts'
import { UserError } from '../../common/errors.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { computeNameTable, LookupTable, NameExplainer, nameProblem, searchSteps } from '../../index.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import { loadView } from '../../input/proxy.ts'
import { packageVersion } from '../../own-program.ts'
import { readBatch } from '../batch.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { DigOptions } from './options.ts'
import { parseQuery } from './questions.ts'

function checkSearch(domains: readonly string[], whose: string): void {
  for (const domain of domains) {
    const problem = nameProblem(domain)
    if (problem) throw new UserError(`${whose} ${JSON.stringify(domain.slice(0, 80))}: ${problem}`)
  }
}

/** Asks one question, or each name that a resolver would try for it. */
function ask(question: Question, expand: boolean, table: LookupTable, search: readonly string[]): Asked {
  const { name, type } = question
  const steps = expand ? searchSteps(name, type, search, table) : [{ name, answer: table.lookup(name, type) }]
  return { question, steps }
}

/** `vipctl dig`: the answers of one proxy's DNS server. */
export async function dig(operands: readonly string[], options: DigOptions, session: Session): Promise<Outcome> {
  const query = parseQuery(operands, options)
  checkSearch(options.search ?? [], '--search')
  const { search, batch } = options
  const input = await loadView(await viewRequest(options, session, { search, path: batch }), session, {
    reads: 'names',
  })
  const { proxy } = input
  checkSearch(proxy.search, 'search domain of the proxy')
  await reportUnstatedCapture(proxy, input.mesh.snapshot, CAPTURE_FLAG, session)
  const questions = query.question ? [query.question] : await readBatch(options.batch as string, session, parseQuestion)

  const nameTable = computeNameTable(input.view)
  const table = new LookupTable(nameTable, input.view)
  const explainer = new NameExplainer(input.view, input.mesh.scope, table)
  const asked = questions.map((question): Asked => {
    const { address } = question
    const owners = address === undefined ? undefined : explainer.ownersOf(address, nameTable)
    return { ...ask(question, query.expand, table, proxy.search), ...(owners && { owners }) }
  })

  const lines = () => {
    if (query.short) return shortLines(asked)
    const release = releaseText(input.mesh.snapshot.release)
    return digLines({ version: packageVersion(), release, asked, proxy, proxyText: proxyText(input.view), explainer })
  }
  const forms: Forms = { lines, message: () => answersMessage(asked, assumedIn(input.mesh.snapshot.assumed)) }
  return { output: await formatOutput(options.output ?? 'text', forms, session.target) }
}
