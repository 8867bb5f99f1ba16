/** Options that most commands share: `--help` names them, `vipctl options` describes them. */
import type { Option } from 'commander'

export interface SharedGroup {
  /** In the help of a command. */
  readonly name: string
  readonly title: string
  /** Sentences below the title. */
  readonly about?: string
}

export const INPUT: SharedGroup = { name: 'input', title: 'Input options' }
export const CLUSTER: SharedGroup = {
  name: 'cluster',
  title: 'Cluster options',
  about: 'Without -f, vipctl reads the current cluster. lint reads it only with --live or -k.',
}
export const ISTIO: SharedGroup = { name: 'Istio', title: 'Istio options' }
export const PROXY: SharedGroup = { name: 'proxy', title: 'Proxy options' }
export const OUTPUT: SharedGroup = { name: 'output', title: 'Output options' }

/** In the order of help. */
export const SHARED_GROUPS: readonly SharedGroup[] = [INPUT, CLUSTER, ISTIO, PROXY, OUTPUT]

const groups = new WeakMap<Option, SharedGroup>()

/** Marks an option as one that most commands share. */
export function share(item: Option, group: SharedGroup): Option {
  groups.set(item, group)
  return item.helpGroup(`${group.title}:`)
}

/** undefined for an option of a single command. */
export const sharedGroupOf = (item: Option): SharedGroup | undefined => groups.get(item)
