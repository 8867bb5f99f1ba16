/** Causes of DestinationRules: traffic policies and subsets. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const DESTINATION_RULE_CAUSES = {
  'traffic-policy-empty': rejected(
    'A traffic policy that sets nothing has no effect; usually the indentation is wrong.',
    'Indent the settings so that they are part of the policy, or remove it.',
  ),
  'tunnel-invalid': rejected(
    'A tunnel leads to one host and port through CONNECT or POST, and cannot be combined with the PROXY protocol.',
    'Set targetHost and targetPort, and protocol CONNECT or POST.',
  ),
  'proxy-protocol-invalid': rejected('The number is not a version of the PROXY protocol.', 'Write V1 or V2.'),
  'subset-name-invalid': rejected(
    'The name of a subset becomes part of cluster names, so it must be a DNS label.',
    'Use up to 63 letters, digits and inner hyphens: v1-10 instead of v1.10.',
  ),
  'subset-duplicate': rejected(
    'Routes refer to a subset by its name, so two subsets with the same name would be one cluster.',
    'Rename one of them, or join their labels.',
  ),
  'outlier-local-origin': rejected(
    'Envoy tracks failed connections separately from server errors only if splitExternalLocalOriginErrors is set.',
    'Set splitExternalLocalOriginErrors: true, or use consecutive5xxErrors alone.',
  ),
  'connection-pool-invalid': rejected(
    "A connection pool needs http or tcp settings, and these must be consistent: Envoy either keeps the client's " +
      'HTTP version or upgrades to HTTP/2, and keepalive needs interval and timeout.',
    'Keep one of the settings that exclude each other, or complete them.',
  ),
  'load-balancer-invalid': rejected(
    'The load balancer settings contradict each other, or Envoy does not support them: a Maglev table has a prime ' +
      'size below 5000011, a cookie has a name, and warm-up has a duration.',
    'Keep one of the settings that exclude each other, or write the value that the message asks for.',
  ),
  'locality-weight-invalid': rejected(
    'Each weight is the percentage of traffic for a locality: from 1 to 100, and 100 in total.',
    'Change the weights so that they add up to 100.',
  ),
  'locality-overlap': rejected(
    'Only one rule may cover a locality (REGION/ZONE/SUBZONE, with * only at the end).',
    'Remove the locality that a wider one covers, or list the zones.',
  ),
  'locality-failover-invalid': rejected(
    'Failover is from one region to another. It cannot be combined with distribute, or with region and zone labels ' +
      'in failoverPriority.',
    'Set two different regions, and choose between distribute and failover.',
  ),
  'failover-without-outlier-detection': warned(
    'Traffic fails over when endpoints are unhealthy, and only outlier detection can detect that: without it all ' +
      'traffic stays where it is.',
    'Add outlierDetection to the traffic policy; an empty one ({}) uses the defaults.',
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
