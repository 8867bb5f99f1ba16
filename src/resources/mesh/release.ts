/** Which release applies, and how that is known: by the user, istiod's Deployment, a configuration file, or a guess. */
import { LABELS } from '../../common/istio-names.ts'
import type { Deployment } from '../../kinds/index.ts'
import type { Container } from '../../kinds/kubernetes/pod.ts'
import { offerFor } from '../../releases/offered.ts'
import { type IstioVersion, LATEST, parseIstioVersion, versionText } from '../../releases/version.ts'
import type { SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { problemAt } from '../problems.ts'
import type { Statement } from './stated/statements.ts'

/** What says which release applies. */
export type ReleaseOrigin =
  | { readonly kind: 'asked' }
  /** An object of the input, such as `Deployment istiod`. */
  | { readonly kind: 'input'; readonly object: string }
  | { readonly kind: 'file'; readonly file: string }
  /** The newest release; `deployment` is the istiod whose image does not tell its version, which has been reported. */
  | { readonly kind: 'assumed'; readonly deployment?: string }

/** The release whose istiod applies. */
export interface Release {
  readonly version: IstioVersion
  readonly origin: ReleaseOrigin
}

/** A version that a configuration file states; it applies when the input does not tell. */
export interface FileVersion {
  readonly version: IstioVersion
  readonly file: string
}

/** What of the command line decides the release. */
export interface ReleaseOverrides {
  readonly istioVersion?: IstioVersion | undefined
  readonly fileVersion?: FileVersion | undefined
}

/** What of the input may tell the release. */
export interface ReleaseEvidence {
  /** Of the istiod that applies. */
  readonly deployment?: Deployment | undefined
  /** The container of the Deployment in which istiod runs. */
  readonly container?: Container | undefined
  /** An object that installs istiod, or values for its chart. */
  readonly installation: Statement | undefined
}

/** Labels of a Deployment that hold istiod's version, best first. */
const VERSION_LABELS = [LABELS.operatorVersion, LABELS.appVersion]

const HINT = 'choose another with --istio-version'

/** The version in an image's tag (`docker.io/istio/pilot:1.24.1-distroless`); undefined for `latest` and digests. */
export function versionOfImage(image: string): IstioVersion | undefined {
  const withoutDigest = image.split('@', 1)[0] as string
  const tag = /:([^/:]+)$/.exec(withoutDigest)?.[1]
  return tag === undefined ? undefined : parseIstioVersion(tag)
}

function versionOf(deployment: Deployment, container: Container | undefined): IstioVersion | undefined {
  const stated = container && versionOfImage(container.image)
  if (stated) return stated
  for (const label of VERSION_LABELS) {
    const version = parseIstioVersion(deployment.meta.labels.get(label) ?? '')
    if (version) return version
  }
  return undefined
}

/** Without a version in the Deployment: what the configuration file says, else the newest release. */
function fallback({ fileVersion }: ReleaseOverrides): Release {
  if (!fileVersion) return { version: LATEST, origin: { kind: 'assumed' } }
  return { version: fileVersion.version, origin: { kind: 'file', file: fileVersion.file } }
}

/** Why the image of an istiod does not tell its version. */
function whyUnknown(container: Container | undefined): string {
  const image = container?.image ?? ''
  if (image === '') return 'has no image'
  const shown = JSON.stringify(image.slice(0, 200))
  return image.includes('@') ? `has the image ${shown}, a digest without a version` : `has the image ${shown}`
}

/** `Istio 1.27.3, as .vipctl.yaml states`, or what is assumed. */
function inWords({ version, origin }: Release): string {
  const text = versionText(version)
  return origin.kind === 'file' ? `${text} applies, as ${origin.file} states` : `${text} is assumed`
}

function releaseOfObject(
  { object, location }: { readonly object: string; readonly location: Location },
  stated: IstioVersion,
  { fileVersion }: ReleaseOverrides,
  problems: SourceProblem[],
): Release {
  const { version, reason } = offerFor(stated)
  const wanted = versionText(stated)
  const instead = versionText(version)
  if (reason) {
    const message = `Istio ${wanted} of ${object} ${reason}: ${instead} applies`
    problems.push(problemAt(location, { severity: 'warning', message, hint: HINT }))
  } else {
    // Answers name the release and its object; only a contradiction needs words of its own.
    const file = fileVersion && versionText(fileVersion.version)
    if (fileVersion && file !== wanted) {
      const message = `Istio ${wanted}, from ${object}, not ${file} of ${fileVersion.file}`
      problems.push(problemAt(location, { severity: 'note', message, hint: HINT }))
    }
  }
  return { version, origin: { kind: 'input', object } }
}

/**
 * The release that applies: the one that the user asks for, else that of istiod's Deployment, else that of an object that
 * installs istiod, else that of the configuration file, else the newest release.
 */
export function releaseOf(
  { deployment, container, installation }: ReleaseEvidence,
  overrides: ReleaseOverrides,
  problems: SourceProblem[],
): Release {
  const { istioVersion } = overrides
  if (istioVersion) return { version: istioVersion, origin: { kind: 'asked' } }
  const stated = deployment && versionOf(deployment, container)
  if (stated) {
    const { kind, meta, location } = deployment
    return releaseOfObject({ object: `${kind} ${meta.name}`, location }, stated, overrides, problems)
  }
  if (installation?.version) return releaseOfObject(installation, installation.version, overrides, problems)
  if (!deployment) return fallback(overrides)
  const { name } = deployment.meta
  const found = fallback(overrides)
  const { version, origin } = found
  const release: Release = origin.kind === 'assumed' ? { version, origin: { ...origin, deployment: name } } : found
  const message = `Deployment ${name} does not tell the version of Istio: it ${whyUnknown(container)}; ${inWords(release)}`
  problems.push(
    problemAt(deployment.location, { severity: 'warning', message, hint: 'state the version with --istio-version' }),
  )
  return release
}
