import type { SourceObject } from './place.ts'

/** An object whose host has an address. */
export interface AddressOwner extends SourceObject {
  /** Absent for a pod or a machine. */
  readonly host?: string
  /** How the host got the address. */
  readonly why: string
  /** Whether the name table of the proxy has the host with this address. */
  readonly inNameTable: boolean
}

/** What the proxy's DNS server answers to a question. */
export interface DnsAnswer {
  /** The name with its final dot. */
  readonly name: string
  readonly type: string
  /** `OWNER TTL IN TYPE DATA`, CNAMEs first; absent when the question is forwarded. */
  readonly answers?: readonly string[]
  /** The question goes to the resolvers of `/etc/resolv.conf`. */
  readonly upstream?: true
  /** Some of the addresses are assumed, because manifests leave them to the cluster. */
  readonly assumed?: true
  /** Of a question about an address: what has the address. */
  readonly owners?: readonly AddressOwner[]
}
