/** The parts of the names of clusters (pilot/pkg/model ParseSubsetKey). */

/** Those of `outbound|80|v1|web.shop.svc.cluster.local`; parts that a name does not have are empty. */
export interface ClusterNameParts {
  readonly direction: string
  readonly port: number
  readonly subset: string
  readonly host: string
}

const SEPARATORS = ['|', '_.'] as const
const LARGEST = 2 ** 53

/** A number as Go's strconv.Atoi reads it; 0 for anything else. */
export function portFrom(text: string): number {
  const number = /^[-+]?[0-9]+$/.test(text) ? Number(text) : 0
  return Math.abs(number) < LARGEST ? number : 0
}

export function partsOfClusterName(name: string): ClusterNameParts {
  const [bar, dot] = SEPARATORS
  const separator = /^(?:outbound|inbound)_\./.test(name) ? dot : bar
  const parts = name.split(separator)
  const [direction = '', port = '', subset = ''] = parts
  return {
    direction: parts.length > 1 ? direction : '',
    port: parts.length > 2 ? portFrom(port) : 0,
    subset: parts.length > 3 ? subset : '',
    host: parts.length === 4 ? (parts[3] as string) : '',
  }
}
