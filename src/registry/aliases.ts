import { compareBytes } from '../common/bytes.ts'
import { append } from '../common/collections.ts'
import type { Service } from './service.ts'

/** The host at the end of a chain of ExternalName services; undefined for a loop. */
function finalTarget(service: Service, aliases: ReadonlyMap<string, Service>): string | undefined {
  const seen = new Set([service.hostname])
  let target = service.kubernetes?.externalName ?? ''
  for (let next = aliases.get(target); next; next = aliases.get(target)) {
    if (seen.has(target)) return undefined
    seen.add(target)
    target = next.kubernetes?.externalName ?? ''
  }
  return target
}

/** ExternalName services by the host that they resolve to (pilot/pkg/model/push_context.go resolveServiceAliases). */
export function resolveAliases(services: readonly Service[]): ReadonlyMap<string, readonly Service[]> {
  const aliases = new Map<string, Service>()
  for (const service of services) if (service.resolution === 'Alias') aliases.set(service.hostname, service)
  const out = new Map<string, Service[]>()
  for (const service of aliases.values()) {
    const target = finalTarget(service, aliases)
    if (target === undefined) continue
    append(out, target, service)
  }
  for (const list of out.values()) {
    list.sort((a, b) => compareBytes(a.namespace, b.namespace) || compareBytes(a.hostname, b.hostname))
  }
  return out
}
