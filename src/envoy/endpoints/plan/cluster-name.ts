/** The parts of an outbound cluster's name. */
export interface OutboundName {
  readonly port: number
  /** '' for the cluster of the whole port. */
  readonly subset: string
  readonly host: string
  /** Has the form with `_.`, used for clusters that pass mTLS through a gateway. */
  readonly passthrough: boolean
}

const OUTBOUND = 'outbound'
const PASSTHROUGH_PREFIX = `${OUTBOUND}_`

/** Parses a name; undefined for other clusters (pilot/pkg/model ParseSubsetKey). */
export function parseOutboundName(name: string): OutboundName | undefined {
  const passthrough = name.startsWith(PASSTHROUGH_PREFIX)
  const [direction, port = '', subset = '', host, ...rest] = name.split(passthrough ? '_.' : '|')
  if (direction !== OUTBOUND || host === undefined || rest.length > 0) return undefined
  return { port: Number(port), subset, host, passthrough }
}
