import { describeResource } from '../../../../../kinds/resource.ts'
import { mergeObstacle } from '../../../../../scope/merge.ts'
import type { Found, HostRule } from '../../../rule.ts'
import { portsText } from '../texts.ts'
import { type Declaration, declarationsOf, hostLocation, isDeclaredTwice, relatedDeclaration } from './declarations.ts'

function differenceText(obstacle: string, { entry: here }: Declaration, { entry: there }: Declaration): string {
  if (obstacle === 'resolution') return `resolution is ${here.spec.resolution} here and ${there.spec.resolution} there`
  return obstacle === 'labels' ? 'their labels differ' : `their ${obstacle} differs`
}

/** The result of istiod's merge for a host. */
interface Merged {
  readonly host: string
  readonly first: Declaration
  /** Numbers of the ports with clusters. */
  readonly kept: ReadonlySet<number>
}

function consequence({ first, kept }: Merged, later: Declaration, obstacle: string): string {
  const lost = later.ports.filter(({ number }) => !kept.has(number)).map(({ number }) => number)
  if (lost.length > 0) {
    return `${portsText(lost)} of this one ${lost.length === 1 ? 'has' : 'have'} no cluster, and connections to it fail`
  }
  if (obstacle !== 'resolution') return ''
  const numbers = new Set(first.ports.map(({ number }) => number))
  const both = later.ports.map(({ number }) => number).filter((number) => numbers.has(number))
  return both.length > 0 ? `the resolution of that one applies to ${portsText(both)}` : ''
}

function blocked(merged: Merged, later: Declaration): Found | undefined {
  const { host, first } = merged
  const obstacle = mergeObstacle(first.services[0], later.services[0])
  if (obstacle === undefined || obstacle === 'namespace') return undefined
  const follows = consequence(merged, later, obstacle)
  if (follows === '') return undefined
  return {
    message:
      `${host} is not merged with ${describeResource(first.entry)}, which comes first, because ` +
      `${differenceText(obstacle, later, first)}: ${follows}`,
    resource: later.entry,
    location: obstacle === 'resolution' ? later.entry.location.child('spec', 'resolution') : hostLocation(later),
    related: [relatedDeclaration(first, 'comes first')],
  }
}

export const hostMergeBlocked: HostRule = {
  concernsHost: isDeclaredTwice,
  *checkHost(subject) {
    const [first, ...others] = declarationsOf(subject)
    if (!first) return
    const { host, merged } = subject
    const kept = new Set(merged?.ports.map(({ number }) => number))
    for (const later of others) {
      const found = blocked({ host, first, kept }, later)
      if (found) yield found
    }
  },
}
