/** What a `MeshMemory` holds. */
import { UserError } from '../common/errors.ts'
import { Memory } from '../common/memory.ts'
import { MeshMemory } from './types/memory.ts'

/** The memories of one mesh. */
export interface Memories {
  /** Of files, objects and everything after these. */
  readonly mesh: Memory | undefined
  /** Of texts, which are read apart from files. */
  readonly texts: Memory | undefined
}

const NOTHING: Memories = { mesh: undefined, texts: undefined }

const held = new WeakMap<MeshMemory, Memories & { readonly options: string }>()

/**
 * A memory follows one mesh, so it begins again when the options change.
 * @param options those of the mesh, as text
 * @throws UserError for an object that is not a MeshMemory
 */
export function memoriesOf(owner: MeshMemory | undefined, options: string): Memories {
  if (owner === undefined) return NOTHING
  if (!(owner instanceof MeshMemory)) throw new UserError('memory must be a MeshMemory', 'new MeshMemory() makes one')
  const known = held.get(owner)
  if (known?.options === options) return known
  const memories = { options, mesh: new Memory(), texts: new Memory() }
  held.set(owner, memories)
  return memories
}
