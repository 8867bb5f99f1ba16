import type { AllocatedRegistry, HostAllocation, VipSource } from '../../allocation/allocation.ts'
import { computeMesh } from '../../pipeline.ts'
import { formatData } from '../../render/data.ts'
import { type Line, renderLines, type Style, styled } from '../../render/spans.ts'
import { tableLines } from '../../render/table.ts'
import { allocationMessage } from '../../views/allocation.ts'
import { exhaustionOf } from '../../views/exhaustion.ts'
import { hostFilter } from '../../views/globs.ts'
import { statusPatches } from '../../views/status-patch.ts'
import { loadSnapshot } from '../input/load.ts'
import { loadProxyView, proxyText } from '../input/proxy.ts'
import type { Outcome, Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import type { AllocateOptions } from './index.ts'

const HEADERS = ['HOST', 'NAMESPACE', 'ENTRY', 'ADDRESSES', 'SOURCE', 'REASON']

const STYLES: Readonly<Partial<Record<VipSource, Style>>> = { simulated: 'warning', none: 'dim' }

function row({ entry, host, hostIndex, addresses, source, reason }: HostAllocation): Line {
  const { namespace, name } = entry.meta
  const style = STYLES[source]
  const { file, line } = entry.location.child('spec', 'hosts', hostIndex).position()
  return [
    styled('name', host),
    namespace,
    name,
    addresses.join(', ') || '-',
    style ? styled(style, source) : source,
    `${file}:${line}: ${reason}`,
  ]
}

async function sayWhatIsMissing(registry: AllocatedRegistry, session: Session): Promise<void> {
  const { ipv4, ipv6 } = exhaustionOf(registry)
  const { ipv4Prefix, ipv6Prefix } = registry.snapshot.features
  const range = (own: string, fixed: string) => (registry.mode === 'status' ? own : fixed)
  if (ipv4 > 0) {
    await session.warn(`${ipv4} hosts have no IPv4 address: ${range(ipv4Prefix, '240.240.0.0/16')} is exhausted`)
  }
  if (ipv6 > 0) {
    await session.warn(`${ipv6} hosts have no IPv6 address: ${range(ipv6Prefix, '2001:2::/48')} is exhausted`)
  }
}

/** With a proxy named, also whether it uses the addresses. */
async function loadRegistry(
  options: AllocateOptions,
  session: Session,
): Promise<{ registry: AllocatedRegistry; header: readonly Line[] }> {
  const named = options.proxy ?? options.node ?? options.meta
  if (named === undefined) return { registry: computeMesh(await loadSnapshot(options, session)).registry, header: [] }
  const input = await loadProxyView(options, session)
  const uses = `${proxyText(input)}, ${input.view.usesVips ? 'uses' : 'does not use'} automatic addresses`
  return { registry: input.mesh.registry, header: [[styled('dim', '# proxy: '), styled('heading', uses)]] }
}

/** `vipctl allocate` */
export async function allocate(globs: readonly string[], options: AllocateOptions, session: Session): Promise<Outcome> {
  const loaded = await loadRegistry(options, session)
  const matches = hostFilter(globs)
  const registry: AllocatedRegistry =
    globs.length === 0
      ? loaded.registry
      : { ...loaded.registry, hosts: loaded.registry.hosts.filter(({ host }) => matches(host)) }
  await sayWhatIsMissing(loaded.registry, session)
  if (registry.hosts.some(({ orderAssumed }) => orderAssumed)) {
    await session.note('order assumed: manifests state no creationTimestamp')
  }
  const { output: format = 'text' } = options
  if (format === 'patch') return { output: await patchOutput(registry) }
  if (format !== 'text') return { output: await formatData(format, allocationMessage(registry)) }
  const { stdout } = session.io
  if (registry.hosts.length === 0) return { output: renderLines([...loaded.header, ['# no hosts']], session.paint) }
  const lines = tableLines(HEADERS, registry.hosts.map(row), stdout.isTTY ? stdout.columns : undefined)
  return { output: renderLines([...loaded.header, ...lines], session.paint) }
}

async function patchOutput(registry: AllocatedRegistry): Promise<Iterable<string>> {
  if (registry.mode !== 'status') {
    throw new UsageError(
      `-o patch: there is no status to write when addresses are ${registry.mode === 'none' ? 'not assigned' : registry.mode}`,
      'Istio 1.25 and later with PILOT_ENABLE_IP_AUTOALLOCATE store addresses in the status',
    )
  }
  const { yamlChunks } = await import('../../render/yaml.ts')
  function* documents(): Iterable<string> {
    for (const patch of statusPatches(registry)) {
      yield '---\n'
      yield* yamlChunks(patch)
    }
  }
  return documents()
}
