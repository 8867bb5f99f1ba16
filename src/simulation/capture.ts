/**
 * What a pod's annotations leave to its proxy: the rules that istio-init or the CNI plugin writes into iptables
 * (tools/istio-iptables/pkg/capture of the reference).
 */
import { ipFamily, ipValue, type Prefix, parsePrefix, prefixContains } from '../common/addresses.ts'
import { ANNOTATIONS } from '../common/istio-names.ts'
import type { Pod } from '../kinds/index.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { Step } from './step.ts'

interface Verdict {
  readonly captured: boolean
  readonly reason: string
  /** The annotation that decides. */
  readonly annotation?: string
}

const listOf = (pod: Pod | undefined, annotation: string): readonly string[] | undefined =>
  pod?.meta.annotations
    .get(annotation)
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

function covers(ranges: readonly string[], address: string): boolean {
  const family = ipFamily(address)
  const value = ipValue(address)
  if (family === 0 || value === undefined) return false
  return ranges.some((range) => {
    const prefix: Prefix | undefined = parsePrefix(range)
    return prefix !== undefined && prefixContains(prefix, family, value)
  })
}

const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address)

/** The list that leaves a port out; undefined if the port is not excluded. */
function excludesPort(pod: Pod | undefined, annotation: string, port: number): Verdict | undefined {
  if (!listOf(pod, annotation)?.includes(String(port))) return undefined
  return { captured: false, reason: `the pod excludes port ${port}`, annotation }
}

function byRanges(pod: Pod | undefined, address: string | undefined, port: number): Verdict {
  const { excludeOutboundRanges, includeOutboundRanges, includeOutboundPorts } = ANNOTATIONS
  const excluded = listOf(pod, excludeOutboundRanges)
  if (address !== undefined && excluded && covers(excluded, address)) {
    return { captured: false, reason: `the pod excludes ${address}`, annotation: excludeOutboundRanges }
  }
  if (listOf(pod, includeOutboundPorts)?.includes(String(port))) {
    return { captured: true, reason: `the pod includes port ${port}`, annotation: includeOutboundPorts }
  }
  const included = listOf(pod, includeOutboundRanges)
  if (!included || included.includes('*')) {
    return { captured: true, reason: 'outbound connections are redirected to the proxy' }
  }
  const captured = address !== undefined && covers(included, address)
  const reason = captured ? `the pod includes ${address}` : 'the pod includes only other addresses'
  return { captured, reason, annotation: includeOutboundRanges }
}

function outboundVerdict(proxy: Proxy, address: string | undefined, port: number): Verdict {
  const { pod } = proxy
  const excluded = excludesPort(pod, ANNOTATIONS.excludeOutboundPorts, port)
  if (excluded) return excluded
  if (address !== undefined && isLoopback(address)) {
    return { captured: false, reason: 'connections to the loopback address are not redirected' }
  }
  if (address !== undefined && pod && proxy.ips.includes(address)) {
    return { captured: false, reason: 'connections of a pod to its own address are not redirected' }
  }
  return byRanges(pod, address, port)
}

function stepOf(pod: Pod | undefined, { captured, reason, annotation }: Verdict): Step {
  const place = annotation === undefined ? undefined : pod?.location.child('metadata', 'annotations', annotation)
  const origins =
    pod && place ? [{ what: `Pod ${pod.meta.namespace}/${pod.meta.name}`, location: place, why: reason }] : []
  const text = annotation === undefined ? reason : `${reason} (${annotation})`
  return { stage: 'capture', result: captured ? 'to the proxy' : 'past the proxy', reason: text, origins }
}

export interface Capture {
  readonly captured: boolean
  readonly step: Step
}

/**
 * Whether an outbound connection goes to the proxy.
 * @param address undefined when it is not known
 */
export function outboundCapture(proxy: Proxy, address: string | undefined, port: number): Capture {
  const verdict = outboundVerdict(proxy, address, port)
  return { captured: verdict.captured, step: stepOf(proxy.pod, verdict) }
}

/** The lists of a pod's annotations about outbound connections; undefined where the pod has no such annotation. */
export interface OutboundLists {
  readonly excludedPorts: readonly string[] | undefined
  readonly excludedRanges: readonly string[] | undefined
  readonly includedPorts: readonly string[] | undefined
  readonly includedRanges: readonly string[] | undefined
}

/** What `outboundCapture` decides by, for programs that redirect real connections. */
export function outboundLists(pod: Pod | undefined): OutboundLists {
  return {
    excludedPorts: listOf(pod, ANNOTATIONS.excludeOutboundPorts),
    excludedRanges: listOf(pod, ANNOTATIONS.excludeOutboundRanges),
    includedPorts: listOf(pod, ANNOTATIONS.includeOutboundPorts),
    includedRanges: listOf(pod, ANNOTATIONS.includeOutboundRanges),
  }
}

/** The step of an inbound connection that does not go to the pod's proxy; undefined if it does. */
export function inboundExclusion(pod: Pod | undefined, port: number): Step | undefined {
  const { excludeInboundPorts, includeInboundPorts } = ANNOTATIONS
  const excluded = excludesPort(pod, excludeInboundPorts, port)
  const included = listOf(pod, includeInboundPorts)
  const left = included && !included.includes('*') && !included.includes(String(port))
  const verdict =
    excluded ??
    (left && { captured: false, reason: 'the pod includes only other ports', annotation: includeInboundPorts })
  return verdict ? { ...stepOf(pod, verdict), stage: 'inbound' } : undefined
}
