/** What the values of objects name: hosts, subsets, other objects, and the workloads that they select. */
import type { Resource } from '../../kinds/resource.ts'
import type { PathStep } from '../../sources/document.ts'

/** Something that values name. Two values that name the same have a name in common. */
export type Topic = 'host' | 'subset' | 'object' | 'workloads' | 'port'

export interface Mention {
  /** From the object's root. */
  readonly path: readonly PathStep[]
  readonly topic: Topic
  /** Whether what is named is made here. */
  readonly role: 'definition' | 'use'
  /** `host reviews.shop.svc.cluster.local`, `ServiceEntry shop/db`. */
  readonly name: string
  /** Of topic `workloads`. */
  readonly selector?: WorkloadSelector
}

/** The workloads that a selector means. */
export interface WorkloadSelector {
  readonly labels: ReadonlyMap<string, string>
  /** undefined for every namespace. */
  readonly namespace: string | undefined
  /** One of the mesh's root namespace selects in every namespace. */
  readonly ofPolicy: boolean
}

/** A mention of a rule, with its path from the value that the rule is about. */
export type Found = Omit<Mention, 'path'> & { readonly steps?: readonly PathStep[] }

/** What the value at a path means. */
export interface MentionRule {
  /** From the object's root; `*` stands for every item of a list. */
  readonly at: readonly string[]
  readonly find: (value: unknown, resource: Resource) => readonly Found[]
}
