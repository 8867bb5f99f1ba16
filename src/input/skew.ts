/** A proxy and an istiod of different minor versions. */

import type { Proxy } from '../proxy/proxy.ts'
import { parseIstioVersion, versionNumber, versionText } from '../releases/version.ts'
import type { Release } from '../resources/mesh/release.ts'
import type { Reporter } from './reporter.ts'

/** Istio supports proxies that are older than their istiod by so many minor versions, and none that are newer. */
const SUPPORTED = 2

/**
 * Reports that the proxy is of another minor version than istiod, whose output depends on the proxy's version in places.
 * A proxy that states none gets what the newest does.
 */
export async function reportSkew({ metadata }: Proxy, { version }: Release, reporter: Reporter): Promise<void> {
  const own = parseIstioVersion(metadata.get('ISTIO_VERSION') ?? '')
  if (!own || (own.major === version.major && own.minor === version.minor)) return
  const text = `the proxy is of Istio ${versionNumber(own)}, istiod of ${versionText(version)}`
  const hint = 'choose another with --meta ISTIO_VERSION=VERSION and --istio-version'
  const behind = version.minor - own.minor
  if (own.major === version.major && behind > 0 && behind <= SUPPORTED) {
    await reporter.note(`${text}: this is what istiod sends to such a proxy`, hint)
  } else {
    const support =
      behind < 0 ? 'proxies that are newer than istiod' : `proxies more than ${SUPPORTED} minor versions older`
    await reporter.warn(`${text}: Istio does not support ${support}`, hint)
  }
}
