/** The version that a user states. */
import { UserError } from '../common/errors.ts'
import { nearest } from '../common/nearest.ts'
import { offerFor } from './offered.ts'
import { type IstioVersion, VERSION_NAMES, versionNamed, versionText } from './version.ts'

const FORMS = 'such as 1.27, 1.27.9, latest or master'

/** A version set by the user, as far as it is known. */
export interface StatedVersion {
  readonly version: IstioVersion
  /** Which release is used instead, if the version is unknown. */
  readonly warning?: string
}

/**
 * @param where the option, or the file and key
 * @throws UserError for what is not a version, and for one of a minor version that is not known
 */
export function statedVersion(text: string, where: string): StatedVersion {
  const wanted = versionNamed(text)
  if (!wanted) {
    const near = nearest(text, VERSION_NAMES)
    throw new UserError(`${where}: ${JSON.stringify(text)} is not a version`, near ? `did you mean ${near}?` : FORMS)
  }
  const { version, reason, isFar } = offerFor(wanted)
  if (reason === undefined) return { version }
  const message = `${where}: Istio ${versionText(wanted)} ${reason}`
  if (isFar) throw new UserError(message, `the nearest is ${versionText(version)}`)
  return { version, warning: `${message}: ${versionText(version)} applies` }
}
