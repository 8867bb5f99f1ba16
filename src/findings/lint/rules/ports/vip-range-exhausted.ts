import { hostsWithoutAddress } from '../../../../allocation/exhaustion.ts'
import type { Found, MeshRule } from '../../rule.ts'

export const vipRangeExhausted: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    for (const { entry, host, hostIndex, family, prefix } of hostsWithoutAddress(registry)) {
      yield {
        message: `${host} gets no automatic IPv${family} address: all of ${prefix} are taken`,
        resource: entry,
        location: entry.location.child('spec', 'hosts', hostIndex),
      }
    }
  },
}
