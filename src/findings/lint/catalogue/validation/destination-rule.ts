/** Causes of DestinationRules: traffic policies and subsets. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const DESTINATION_RULE_CAUSES = {
  'traffic-policy-empty': rejected(
    'A traffic policy that sets nothing does nothing, and is mostly the rest of a wrong indentation.',
    'Indent the settings so that they are part of the policy, or remove it.',
  ),
  'tunnel-invalid': rejected(
    'A tunnel leads to one host and port by CONNECT or POST, and cannot be combined with the PROXY protocol.',
    'Set targetHost and targetPort, and protocol CONNECT or POST.',
  ),
  'proxy-protocol-invalid': rejected('The number names no version of the PROXY protocol.', 'Write V1 or V2.'),
  'subset-name-invalid': rejected(
    'The name of a subset becomes a part of cluster names, so that it is a DNS label.',
    'Use up to 63 letters, digits and inner hyphens: v1-10 instead of v1.10.',
  ),
  'subset-duplicate': rejected(
    'Routes refer to a subset by its name, so two of one name would be one cluster.',
    'Rename one of them, or join their labels.',
  ),
  'outlier-local-origin': rejected(
    'Failures to connect are counted apart from errors of the server only when splitExternalLocalOriginErrors is set.',
    'Set splitExternalLocalOriginErrors: true, or use consecutive5xxErrors alone.',
  ),
  'connection-pool-invalid': rejected(
    'A connection pool needs http or tcp settings, and these must agree with one another: Envoy either keeps the ' +
      "client's HTTP version or upgrades to HTTP/2, and keepalive needs interval and timeout.",
    'Leave one of the settings that exclude each other, or complete them.',
  ),
  'load-balancer-invalid': rejected(
    'The settings of the load balancer contradict one another, or Envoy cannot work with them: a Maglev table has a ' +
      'prime size below 5000011, a cookie has a name, and warm-up has a duration.',
    'Leave one of the settings that exclude each other, or write the value that the message asks for.',
  ),
  'locality-weight-invalid': rejected(
    'The weights say which percentage of the traffic goes to which locality: each is from 1 to 100, and together they ' +
      'are 100.',
    'Change the weights so that they add up to 100.',
  ),
  'locality-overlap': rejected(
    'Each locality, REGION/ZONE/SUBZONE with * at the end only, may be covered by one rule.',
    'Remove the locality that a wider one covers, or name the zones one by one.',
  ),
  'locality-failover-invalid': rejected(
    'Failover is from one region to another, and is neither mixed with distribute nor with labels of regions and zones ' +
      'in failoverPriority.',
    'Name two different regions, and choose between distribute and failover.',
  ),
  'failover-without-outlier-detection': warned(
    'Traffic fails over when endpoints are unhealthy, which is found out by outlier detection alone: without it all ' +
      'traffic stays where it is.',
    'Add outlierDetection to the traffic policy; an empty one ({}) takes the defaults.',
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
