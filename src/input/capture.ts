/** The note about DNS capture that is off because nothing states the mesh configuration. */
import type { Snapshot } from '../resources/snapshot.ts'
import type { Reporter } from './reporter.ts'

const CAPTURE = 'DNS_CAPTURE'

/** The option of most commands. */
export const CAPTURE_FLAG = '--meta DNS_CAPTURE=true'

/** What the command line states, or a proxy about itself. */
interface StatedCapture {
  readonly metadata: ReadonlyMap<string, string>
}

/**
 * Reports that nothing states whether proxies capture DNS, if the mesh has entries for which that matters.
 * @param proxy whose metadata may state it
 * @param flag the option that does
 */
export async function reportUnstatedCapture(
  { metadata }: StatedCapture,
  snapshot: Snapshot,
  flag: string,
  reporter: Reporter,
): Promise<void> {
  if (snapshot.meshAt !== undefined || metadata.has(CAPTURE) || !dependsOnCapture(snapshot)) return
  await reporter.note(
    'DNS capture is off, because nothing states the mesh configuration',
    `${flag} turns it on; --mesh-config FILE reads the mesh configuration, also from Helm values or an IstioOperator`,
  )
}

/** Whether the mesh has entries whose hosts have only automatic addresses, which are for proxies that capture DNS. */
const dependsOnCapture = ({ istio }: Snapshot): boolean =>
  istio.serviceEntries.some(({ spec: { addresses, resolution } }) => addresses.length === 0 && resolution !== 'NONE')
