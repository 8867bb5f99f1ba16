import { describeResource } from '../../../../kinds/resource.ts'
import { mergeObstacle } from '../../../../scope/merge.ts'
import { hostSubject, type ScopedFound, type ScopeRule } from '../../rule.ts'
import { type Declaration, hostDeclarations, hostLocation, relatedDeclaration } from './declarations.ts'
import { portsText } from './texts.ts'

function differenceText(obstacle: string, { entry: here }: Declaration, { entry: there }: Declaration): string {
  if (obstacle === 'resolution') return `resolution is ${here.spec.resolution} here and ${there.spec.resolution} there`
  return obstacle === 'labels' ? 'their labels differ' : `their ${obstacle} differs`
}

/** What istiod made of a host. */
interface Merged {
  readonly host: string
  readonly first: Declaration
  /** Numbers of the ports that have clusters. */
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
  return both.length > 0 ? `the resolution of that one counts for ${portsText(both)}` : ''
}

function blocked(merged: Merged, later: Declaration): ScopedFound | undefined {
  const { host, first } = merged
  const obstacle = mergeObstacle(first.services[0], later.services[0])
  if (obstacle === undefined || obstacle === 'namespace') return undefined
  const follows = consequence(merged, later, obstacle)
  if (follows === '') return undefined
  return {
    subject: hostSubject(host),
    message:
      `${host} is not merged with ${describeResource(first.entry)}, which comes first, because ` +
      `${differenceText(obstacle, later, first)}: ${follows}`,
    resource: later.entry,
    location: obstacle === 'resolution' ? later.entry.location.child('spec', 'resolution') : hostLocation(later),
    related: [relatedDeclaration(first, 'comes first')],
  }
}

export const hostMergeBlocked: ScopeRule = {
  *checkScope(facts) {
    for (const [host, [first, ...others]] of hostDeclarations(facts)) {
      if (!first) continue
      const kept = new Set(facts.view.serviceByHost.get(host)?.ports.map(({ number }) => number))
      for (const later of others) {
        const found = blocked({ host, first, kept }, later)
        if (found) yield found
      }
    }
  },
}
