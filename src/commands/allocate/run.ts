import {
  type AllocationAnswer,
  type HostSelection,
  type ProxyOfAllocation,
  withHosts,
} from '../../answers/allocation/message.ts'
import { allocationReport } from '../../answers/allocation/report.ts'
import { statusPatches } from '../../answers/allocation/status-patch.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { reportOutput } from '../../answers/report.ts'
import { ipFamily } from '../../common/addresses.ts'
import { UserError } from '../../common/errors.ts'
import { type AllocatedRegistry, computeMesh } from '../../index.ts'
import { type Loaded, load } from '../../input/load.ts'
import { type LoadedView, loadView, warnOfExhaustion } from '../../input/proxy.ts'
import { checkMarks } from '../overlay-options.ts'
import { inputRequest, viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { checkWatch } from '../watch/options.ts'
import type { AllocateOptions } from './options.ts'

/** For all hosts, with and without the files over the mesh. */
interface Answers {
  readonly answer: AllocationAnswer
  readonly before: AllocationAnswer | undefined
  /** Whether hosts without an address were reported, because the proxy would use them. */
  readonly warned: boolean
}

const namesProxy = ({ proxy, node, meta }: AllocateOptions): boolean => (proxy ?? node ?? meta) !== undefined

const proxyOf = ({ view }: LoadedView): ProxyOfAllocation => ({
  description: proxyText(view),
  usesVips: view.usesVips,
})

/** With a proxy, also determines whether it uses the addresses. */
async function loadAnswers(options: AllocateOptions, session: Session): Promise<Answers> {
  if (!namesProxy(options)) {
    const { snapshot, before } = await load(await inputRequest(options, session), session, {
      reads: 'addresses',
      before: true,
    })
    return {
      answer: { proxy: undefined, registry: computeMesh(snapshot).registry },
      before: before && { proxy: undefined, registry: computeMesh(before).registry },
      warned: false,
    }
  }
  const input = await loadView(await viewRequest(options, session), session, { reads: 'names', before: true })
  const proxy = proxyOf(input)
  return {
    answer: { proxy, registry: input.mesh.registry },
    before: input.before && { proxy, registry: input.before.mesh.registry },
    warned: input.view.usesVips,
  }
}

async function reportAssumedOrder({ registry }: AllocationAnswer, session: Session): Promise<void> {
  if (!registry.hosts.some(({ orderAssumed }) => orderAssumed)) return
  await session.note('order assumed: creation times are missing or equal')
}

const selectionOf = (operands: readonly string[], { source: sources = [] }: AllocateOptions): HostSelection => ({
  operands,
  sources,
})

/** Services of Kubernetes may have the address, too. */
async function reportUnknownAddresses(
  operands: readonly string[],
  { hosts }: AllocatedRegistry,
  session: Session,
): Promise<void> {
  const [address] = operands.filter((operand) => ipFamily(operand) !== 0)
  if (address === undefined || hosts.length > 0) return
  await session.note(
    `no host of a ServiceEntry has the address ${address}`,
    `vipctl dig -x ${address} also looks among Services and pods`,
  )
}

async function watchAddresses(selection: HostSelection, options: AllocateOptions, session: Session): Promise<Outcome> {
  const { output: format = 'text' } = options
  if (format === 'patch') throw new UserError('--watch prints no patches', 'use -o text, json or yaml')
  const report = allocationReport
  const answerOf = (whole: AllocatedRegistry, proxy?: ProxyOfAllocation): AllocationAnswer => ({
    proxy,
    registry: withHosts(whole, selection),
  })
  if (namesProxy(options)) {
    const { watchProxy } = await import('../watch/proxy.ts')
    async function answer(input: LoadedView, own: Session): Promise<AllocationAnswer> {
      if (!input.view.usesVips) await warnOfExhaustion(input.mesh.registry, own)
      return answerOf(input.mesh.registry, proxyOf(input))
    }
    return watchProxy({ request: await viewRequest(options, session), reads: 'names', format, report, answer }, session)
  }
  const { watch } = await import('../watch/run.ts')
  async function compute({ snapshot }: Loaded, own: Session): Promise<AllocationAnswer> {
    const { registry } = computeMesh(snapshot)
    await warnOfExhaustion(registry, own)
    return answerOf(registry)
  }
  const request = await inputRequest(options, session)
  return watch({ request, requirements: { reads: 'addresses' }, format, report, compute }, session)
}

/** `vipctl allocate` */
export async function allocate(
  operands: readonly string[],
  options: AllocateOptions,
  session: Session,
): Promise<Outcome> {
  checkMarks(options)
  checkWatch(options)
  const selection = selectionOf(operands, options)
  if (options.watch) return watchAddresses(selection, options, session)
  const { output: format = 'text', onlyChanges = false } = options
  if (format === 'patch' && selection.sources.length > 0) {
    throw new UserError('--source and -o patch exclude each other', 'a patch has all automatic addresses of an entry')
  }
  const loaded = await loadAnswers(options, session)
  const only = (answer: AllocationAnswer): AllocationAnswer => ({
    ...answer,
    registry: withHosts(answer.registry, selection),
  })
  const answer = only(loaded.answer)
  const before = loaded.before && only(loaded.before)
  if (!loaded.warned) await warnOfExhaustion(loaded.answer.registry, session)
  await reportAssumedOrder(answer, session)
  await reportUnknownAddresses(operands, answer.registry, session)
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
  const { yamlDocuments } = await import('../../formats/yaml.ts')
  return yamlDocuments(statusPatches(registry))
}
