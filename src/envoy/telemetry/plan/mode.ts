/** The side of the traffic that an entry of a Telemetry is about (pilot/pkg/model/telemetry.go workloadMode). */
import type { TelemetryMode } from '../../../kinds/messages/telemetry.ts'

/** Proxies are the server of inbound traffic and the client of everything else, at gateways too. */
export type Mode = 'CLIENT' | 'SERVER'

/** A value for each side. */
export type ByMode<T> = Readonly<Record<Mode, T>>

/** Whether an entry applies to a side. */
export function appliesTo(match: { readonly mode: TelemetryMode } | undefined, mode: Mode): boolean {
  return match === undefined || match.mode === 'CLIENT_AND_SERVER' || match.mode === mode
}

export function byMode<T>(of: (mode: Mode) => T): ByMode<T> {
  return { CLIENT: of('CLIENT'), SERVER: of('SERVER') }
}
