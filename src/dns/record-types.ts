/** Names of DNS record types (IANA registry). */
const NAMES =
  'A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP SIG KEY PX GPOS AAAA LOC NXT ' +
  'SRV NAPTR KX CERT DNAME OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA HIP CDS ' +
  'CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS SPF EUI48 EUI64 TKEY TSIG IXFR AXFR ANY URI CAA'

export const RECORD_TYPES: readonly string[] = NAMES.split(' ')

const KNOWN: ReadonlySet<string> = new Set(RECORD_TYPES)
/** A type without a name, by its number (RFC 3597). */
const NUMBERED = /^TYPE([0-9]{1,5})$/
const LARGEST_TYPE = 65535

/** The type in capitals; undefined when it does not exist. */
export function parseRecordType(text: string): string | undefined {
  const name = text.toUpperCase()
  if (KNOWN.has(name)) return name
  const number = NUMBERED.exec(name)?.[1]
  return number !== undefined && Number(number) <= LARGEST_TYPE ? name : undefined
}
