/** Says that automatic addresses have run out. */
import type { AllocatedRegistry } from '../allocation/allocation.ts'
import { exhaustionOf } from '../allocation/exhaustion.ts'
import type { Session } from '../commands/session.ts'

/** Warns of the hosts that got no address because none of the range was left. */
export async function warnOfExhaustion(registry: AllocatedRegistry, session: Session): Promise<void> {
  for (const { hosts, family, prefix } of exhaustionOf(registry)) {
    await session.warn(`${hosts} hosts have no IPv${family} address: ${prefix} is exhausted`)
  }
}
