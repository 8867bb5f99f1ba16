/** The Istio release that an answer is for, as text and data. */
import { type Line, styled } from '../formats/spans.ts'
import { versionText } from '../releases/version.ts'
import type { Release, ReleaseOrigin } from '../resources/mesh/release.ts'
import type { IstioRelease } from './shapes/release.ts'

/** The source of the version as text; '' if the user set it. */
function originText(origin: ReleaseOrigin): string {
  switch (origin.kind) {
    case 'asked':
      return ''
    case 'input':
      return origin.object
    case 'file':
      return origin.file
    case 'assumed':
      return 'assumed'
  }
}

/** `Istio 1.27.3 (Deployment istiod)` */
export function releaseText({ version, origin }: Release): string {
  const from = originText(origin)
  return `Istio ${versionText(version)}${from === '' ? '' : ` (${from})`}`
}

/** The first line of an answer for people: `# Istio 1.27.3 (Deployment istiod)`. */
export const releaseLine = (release: Release): Line => [styled('dim', `# ${releaseText(release)}`)]

/** The value in `-o json`. */
export const releaseMessage = ({ version, origin: { kind } }: Release): IstioRelease => ({
  version: versionText(version),
  from: kind === 'asked' ? 'option' : kind,
})
