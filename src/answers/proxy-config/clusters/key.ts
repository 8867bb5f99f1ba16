/** Parses cluster names, and sorts clusters by their parts (pilot/pkg/model ParseSubsetKey). */
import { compareBytes } from '../../../common/bytes.ts'
import type { Less } from '../go-sort.ts'

export interface ClusterKey {
  readonly direction: string
  readonly port: number
  readonly subset: string
  readonly fqdn: string
}

const SEPARATOR = '|'
const SRV_SEPARATOR = '_.'
const SRV_NAME = /^(?:out|in)bound_\./
const PARTS = 4
const INTEGER = /^[+-]?\d+$/

/** Whether a name has parts, such as `outbound|80||host`. */
export const hasParts = (name: string): boolean => name.split(SEPARATOR).length >= PARTS

function parse(name: string): ClusterKey {
  const [direction = '', port = '', subset = '', ...host] = name.split(SRV_NAME.test(name) ? SRV_SEPARATOR : SEPARATOR)
  const [fqdn = ''] = host
  return { direction, port: INTEGER.test(port) ? Number(port) : 0, subset, fqdn: host.length === 1 ? fqdn : '' }
}

/** A name without parts is a host name. */
export function clusterKey(name: string): ClusterKey {
  return hasParts(name) ? parse(name) : { direction: '', port: 0, subset: '', fqdn: name }
}

/** By host, subset, port, direction. */
export const byClusterKey: Less<{ readonly key: ClusterKey }> = ({ key: a }, { key: b }) =>
  (compareBytes(a.fqdn, b.fqdn) ||
    compareBytes(a.subset, b.subset) ||
    a.port - b.port ||
    compareBytes(a.direction, b.direction)) < 0
