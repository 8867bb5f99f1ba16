import { address } from '../../json.ts'
import type { AdditionalAddress } from './resource.ts'

/** Further addresses of a listener; undefined when there is none. */
export function additionalAddresses(binds: readonly string[], port: number): AdditionalAddress[] | undefined {
  const additional = binds.slice(1).filter((bind) => bind !== '')
  return additional.length > 0 ? additional.map((bind) => ({ address: address(bind, port) })) : undefined
}
