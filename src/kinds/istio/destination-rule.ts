import type { ResourceOf } from '../define.ts'
import { DestinationRule } from '../messages/destination-rule.ts'
import { validateDestinationRule } from '../validation/destination-rule.ts'
import { defineIstio, IstioStatus, NETWORKING_VERSIONS } from './define.ts'

export const DESTINATION_RULE = defineIstio({
  kind: 'DestinationRule',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'destinationrules',
  spec: DestinationRule,
  status: IstioStatus,
  list: 'destinationRules',
  readFor: ['configuration'],
  misses: 'subsets, TLS and load balancing',
  validate: validateDestinationRule,
})
export type DestinationRuleResource = ResourceOf<typeof DESTINATION_RULE>
