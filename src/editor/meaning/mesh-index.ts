/** Where things of a mesh are made and used. */
import { append } from '../../common/collections.ts'
import { once, oncePer } from '../../common/once.ts'
import { resourcesOf } from '../../findings/lint/ignores.ts'
import { type Resource, selects } from '../../kinds/resource.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { PathStep } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import type { Span } from '../text/positions.ts'
import type { Mention, WorkloadSelector } from './mention.ts'
import { mentionsOf } from './mentions.ts'

/** A mention with the object that makes it. */
export interface PlacedMention extends Mention {
  readonly resource: Resource
}

/** What an object mentions; kept, because an object that did not change mentions the same as before. */
export const placedMentions = oncePer((resource: Resource): readonly PlacedMention[] =>
  mentionsOf(resource).map((mention) => ({ ...mention, resource })),
)

const startsWith = (path: readonly PathStep[], start: readonly PathStep[]): boolean =>
  start.length <= path.length && start.every((step, index) => step === path[index])

export const locationOf = ({ resource, path }: PlacedMention): Location => resource.location.child(...path)

class MeshIndex {
  readonly #snapshot: Snapshot
  readonly resources: readonly Resource[]
  readonly #byName = new Map<string, PlacedMention[]>()
  /** Objects of each file by its name. */
  readonly #byFile = new Map<string, Resource[]>()
  /** All pods and machines; computed once, because each object of a file with lenses asks for them. */
  readonly #workloads = once((): readonly Resource[] => {
    const { clusters, istio } = this.#snapshot
    return [...clusters.flatMap(({ pods }) => pods), ...istio.workloadEntries]
  })

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    const { objects } = snapshot.assumed
    this.resources = [...resourcesOf(snapshot)].filter((resource) => !objects.has(resource))
    for (const resource of this.resources) {
      append(this.#byFile, resource.location.document.file.name, resource)
      for (const mention of placedMentions(resource)) {
        if (mention.name !== '') append(this.#byName, mention.name, mention)
      }
    }
  }

  ofFile(name: string): readonly Resource[] {
    return this.#byFile.get(name) ?? []
  }

  /**
   * The object that a value belongs to.
   * @param document where the document is in the file
   * @param path from the document's root
   */
  resourceAt(name: string, document: Span, path: readonly PathStep[]): Resource | undefined {
    return this.ofFile(name).find(({ location }) => {
      const { start } = location.document
      return document.start <= start && start < document.end && startsWith(path, location.path)
    })
  }

  /** What the value at a path of an object means. A selector includes its labels. @param path from the object's root */
  mentionsAt(resource: Resource, path: readonly PathStep[]): readonly PlacedMention[] {
    return placedMentions(resource).filter(
      (mention) =>
        startsWith(path, mention.path) && (mention.topic === 'workloads' || path.length === mention.path.length),
    )
  }

  /** The mentions of names, in input order; a host is also made by a wildcard that covers it. */
  named(name: string, role: Mention['role']): readonly PlacedMention[] {
    const exact = (this.#byName.get(name) ?? []).filter((mention) => mention.role === role)
    if (exact.length > 0 || role === 'use' || !name.startsWith('host ')) return exact
    for (let rest = name.slice('host '.length); rest.includes('.'); ) {
      rest = rest.slice(rest.indexOf('.') + 1)
      const wildcards = (this.#byName.get(`host *.${rest}`) ?? []).filter((mention) => mention.role === role)
      if (wildcards.length > 0) return wildcards
    }
    return []
  }

  /** The pods and machines that a selector means; several pods of one workload share a location. */
  selected(selector: WorkloadSelector): readonly Resource[] {
    return this.#workloads().filter((workload) => this.#selects(selector, workload))
  }

  /** What the input writes of workloads: an assumed pod has the location of its workload, and so have its siblings. */
  written(workloads: readonly Resource[]): readonly Resource[] {
    const out = new Map(workloads.map((workload) => [workload.location, workload]))
    for (const resource of this.resources) if (out.has(resource.location)) out.set(resource.location, resource)
    return [...out.values()]
  }

  /** The selectors that mean a pod or machine, or the pods of a workload. */
  selecting({ location }: Resource): readonly PlacedMention[] {
    // Assumed pods have the location of their workload.
    const own = this.#workloads().filter((workload) => workload.location === location)
    if (own.length === 0) return []
    return this.resources.flatMap((resource) =>
      placedMentions(resource).filter(
        ({ selector }) => selector && own.some((workload) => this.#selects(selector, workload)),
      ),
    )
  }

  #selects({ labels, namespace, ofPolicy }: WorkloadSelector, workload: Resource): boolean {
    const isEverywhere = namespace === undefined || (ofPolicy && namespace === this.#snapshot.mesh.rootNamespace)
    if (!isEverywhere && workload.meta.namespace !== namespace) return false
    return selects(labels, workload.kind === 'WorkloadEntry' ? workloadEntryLabels(workload) : workload.meta.labels)
  }
}

function workloadEntryLabels({ meta, spec }: Resource): ReadonlyMap<string, string> {
  const { labels } = spec as { readonly labels: ReadonlyMap<string, string> }
  return new Map([...meta.labels, ...labels])
}

export type { MeshIndex }

export const meshIndexOf = oncePer((snapshot: Snapshot) => new MeshIndex(snapshot))
