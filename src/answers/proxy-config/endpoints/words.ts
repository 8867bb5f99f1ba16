/** Addresses and localities of endpoints as istioctl prints them (configdump/endpoint.go). */
import type { EnvoyLbEndpoint, EnvoyLocalityLbEndpoints } from '../../../envoy/endpoints/index.ts'

type Address = EnvoyLbEndpoint['endpoint']['address']

/** `ADDRESS:PORT` or the path of a pipe. */
export function addressText(address: Address): string {
  if ('pipe' in address) return address.pipe.path
  const { address: host = '', portValue } = address.socketAddress
  return `${host}:${portValue}`
}

/** `region/zone/subzone`, as far as known. */
export function localityText({ locality = {} }: EnvoyLocalityLbEndpoints): string {
  const { region = '', zone, subZone } = locality
  if (!zone) return region
  return subZone ? `${region}/${zone}/${subZone}` : `${region}/${zone}`
}
