import { ipText, type Prefix } from '../../../common/addresses.ts'

export interface CidrRange {
  readonly addressPrefix: string
  readonly prefixLen: number
}

export const cidrRange = ({ family, value, bits }: Prefix): CidrRange => ({
  addressPrefix: ipText(family, value),
  prefixLen: bits,
})
