import { ipFamily } from '../common/addresses.ts'

/** A socket's address. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** `10.0.0.2:53`, `[fd00::1]:53` */
export const endpointText = ({ address, port }: Endpoint): string =>
  ipFamily(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
