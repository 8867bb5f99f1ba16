/** The release that the command line or the configuration file sets. */
import { type IstioVersion, statedVersion } from '../index.ts'
import { type ConfiguredVersion, configuredVersion } from '../input/config/version.ts'
import type { IstiodRequest } from '../input/request.ts'
import type { InputOptions } from './input-options.ts'
import type { Session } from './session.ts'

/**
 * A version set by the user.
 * @param where the option, or the file and key
 * @throws UserError when it is not a version, or its minor version is unknown
 */
export function istioVersion(text: string | undefined, where: string): IstioVersion | undefined {
  return text === undefined ? undefined : statedVersion(text, where).version
}

/**
 * A version that the user states. If it is not known, the nearest of its minor version applies, with a warning.
 * @param where the option, or the file and key
 * @throws UserError for what is not a version, and for one of a minor version that is not known
 */
export async function versionWithWarning(text: string, where: string, session: Session): Promise<IstioVersion> {
  const { version, warning } = statedVersion(text, where)
  if (warning !== undefined) await session.warn(warning)
  return version
}

/** The version in the configuration file; lint has already read it, other commands search for one. */
async function configured(
  { configured: known, trustConfig = false }: InputOptions,
  session: Session,
): Promise<ConfiguredVersion | undefined> {
  return known === undefined ? configuredVersion(session.io, session, trustConfig) : known.istio
}

/**
 * The release that the options and the configuration file set. With `--istio-version`, the file is not read.
 * @throws UserError for unknown versions
 */
export async function releaseRequest(
  options: InputOptions,
  session: Session,
): Promise<Pick<IstiodRequest, 'istioVersion' | 'fileVersion'>> {
  const flag = options.istioVersion
  if (flag !== undefined) return { istioVersion: await versionWithWarning(flag, '--istio-version', session) }
  const found = await configured(options, session)
  if (!found) return {}
  const version = await versionWithWarning(found.text, found.where, session)
  return { fileVersion: { version, file: found.file } }
}
