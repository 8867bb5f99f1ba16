import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import { statusPatches } from '../../answers/allocation/status-patch.ts'
import { type AllocationAnswer, allocationReport, withHosts } from '../../answers/allocation/table.ts'
import { reportOutput } from '../../answers/report.ts'
import { UserError } from '../../common/errors.ts'
import { type Line, styled } from '../../formats/spans.ts'
import { warnOfExhaustion } from '../../input/exhaustion.ts'
import { type Input, loadInput } from '../../input/load.ts'
import { loadProxyView, type ProxyInput, proxyText } from '../../input/proxy.ts'
import { computeMesh } from '../../pipeline.ts'
import { checkMarks } from '../overlay-options.ts'
import type { Outcome, Session } from '../session.ts'
import { checkWatch } from '../watch/options.ts'
import type { AllocateOptions } from './options.ts'

/** Of all hosts, now and without the files over the mesh. */
interface Loaded {
  readonly answer: AllocationAnswer
  readonly before: AllocationAnswer | undefined
  /** Hosts without an address have been spoken of: the proxy that was asked about would use them. */
  readonly warned: boolean
}

const namesProxy = ({ proxy, node, meta }: AllocateOptions): boolean => (proxy ?? node ?? meta) !== undefined

/** Says whether the proxy uses the addresses. */
function headerOf(input: ProxyInput): readonly Line[] {
  const uses = `${proxyText(input)}, ${input.view.usesVips ? 'uses' : 'does not use'} automatic addresses`
  return [[styled('dim', '# proxy: '), styled('heading', uses)]]
}

/** With a proxy named, also whether it uses the addresses. */
async function loadAnswers(options: AllocateOptions, session: Session): Promise<Loaded> {
  if (!namesProxy(options)) {
    const { snapshot, before } = await loadInput(options, session, { reads: 'addresses', before: true })
    return {
      answer: { header: [], registry: computeMesh(snapshot).registry },
      before: before && { header: [], registry: computeMesh(before).registry },
      warned: false,
    }
  }
  const input = await loadProxyView(options, session, { reads: 'names', before: true })
  const header = headerOf(input)
  return {
    answer: { header, registry: input.mesh.registry },
    before: input.before && { header, registry: input.before.mesh.registry },
    warned: input.view.usesVips,
  }
}

async function sayOrder({ registry }: AllocationAnswer, session: Session): Promise<void> {
  if (!registry.hosts.some(({ orderAssumed }) => orderAssumed)) return
  await session.note('order assumed: creation times are missing or equal')
}

async function watchAddresses(globs: readonly string[], options: AllocateOptions, session: Session): Promise<Outcome> {
  const { output: format = 'text' } = options
  if (format === 'patch') throw new UserError('--watch prints no patches', 'use -o text, json or yaml')
  const report = allocationReport
  const answerOf = (header: readonly Line[], whole: AllocatedRegistry): AllocationAnswer => ({
    header,
    registry: withHosts(whole, globs),
  })
  if (namesProxy(options)) {
    const { watchProxy } = await import('../watch/proxy.ts')
    async function answer(input: ProxyInput, own: Session): Promise<AllocationAnswer> {
      if (!input.view.usesVips) await warnOfExhaustion(input.mesh.registry, own)
      return answerOf(headerOf(input), input.mesh.registry)
    }
    return watchProxy({ options, reads: 'names', format, report, answer }, session)
  }
  const { watch } = await import('../watch/run.ts')
  async function compute({ snapshot }: Input, own: Session): Promise<AllocationAnswer> {
    const { registry } = computeMesh(snapshot)
    await warnOfExhaustion(registry, own)
    return answerOf([], registry)
  }
  return watch({ options, wants: { reads: 'addresses' }, format, report, compute }, session)
}

/** `vipctl allocate` */
export async function allocate(globs: readonly string[], options: AllocateOptions, session: Session): Promise<Outcome> {
  checkMarks(options)
  checkWatch(options)
  if (options.watch) return watchAddresses(globs, options, session)
  const { output: format = 'text', onlyChanges = false } = options
  const loaded = await loadAnswers(options, session)
  const only = (answer: AllocationAnswer): AllocationAnswer => ({
    ...answer,
    registry: withHosts(answer.registry, globs),
  })
  const answer = only(loaded.answer)
  const before = loaded.before && only(loaded.before)
  if (!loaded.warned) await warnOfExhaustion(loaded.answer.registry, session)
  await sayOrder(answer, session)
  if (format === 'patch') return { output: await patchOutput(answer.registry) }
  return { output: await reportOutput(allocationReport, { answer, before, onlyChanges }, format, session.target) }
}

async function patchOutput(registry: AllocatedRegistry): Promise<Iterable<string>> {
  if (!registry.allocation.storesStatus) {
    throw new UserError(
      `-o patch: there is no status to write when addresses are ${registry.allocation.manner}`,
      'Istio 1.25 and later with PILOT_ENABLE_IP_AUTOALLOCATE store addresses in the status',
    )
  }
  const { yamlChunks } = await import('../../formats/yaml.ts')
  function* documents(): Iterable<string> {
    for (const patch of statusPatches(registry)) {
      yield '---\n'
      yield* yamlChunks(patch)
    }
  }
  return documents()
}
