import { address } from '../../json.ts'
import type { AdditionalAddress } from './resource.ts'

/** Further addresses of a listener; undefined when there is none. */
export function additionalAddresses(binds: readonly string[], port: number): AdditionalAddress[] | undefined {
  const further = binds.slice(1).filter((bind) => bind !== '')
  return further.length > 0 ? further.map((bind) => ({ address: address(bind, port) })) : undefined
}
