import type { CONFLICT_ENTRIES } from '../../catalogue/conflicts.ts'
import type { RulesOf } from '../../rule.ts'
import { envoyRejects } from './envoy-rejects/rule.ts'
import { headlessPortCollision } from './headless-port-collision.ts'
import { httpTcpSamePort } from './http-tcp-same-port.ts'
import { orderDependent } from './order-dependent.ts'
import { reservedPort } from './reserved-port.ts'
import { serverFirstConflict } from './server-first-conflict.ts'
import { sharedVipPort } from './shared-vip-port.ts'
import { tcpAddressRequired } from './tcp-address-required.ts'
import { tcpCatchAll } from './tcp-catch-all.ts'
import { tcpPortConflict } from './tcp-port-conflict.ts'
import { vipWithoutCapture } from './vip-without-capture.ts'

export const CONFLICT_RULES: RulesOf<typeof CONFLICT_ENTRIES> = {
  'tcp-port-conflict': tcpPortConflict,
  'tcp-catch-all': tcpCatchAll,
  'vip-without-capture': vipWithoutCapture,
  'tcp-address-required': tcpAddressRequired,
  'shared-vip-port': sharedVipPort,
  'server-first-conflict': serverFirstConflict,
  'http-tcp-same-port': httpTcpSamePort,
  'headless-port-collision': headlessPortCollision,
  'reserved-port': reservedPort,
  'envoy-rejects': envoyRejects,
  'order-dependent': orderDependent,
}
