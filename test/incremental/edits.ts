/** Random edits of the files of a mesh. */
import type { JsonValue, SourceFile } from '../../src/sources/document.ts'
import type { Corpus, MeshInput } from '../fuzz/corpus.ts'
import { copy, mutate } from '../fuzz/mutate.ts'
import type { Random } from '../fuzz/random.ts'
import { mutateText } from '../fuzz/text.ts'

/** Objects beyond this size, which some mutations make, only take time. */
const LONGEST = 20_000
const FILES = ['a.yaml', 'b.yaml', 'c.yaml']
const SEPARATORS = ['---\n', '---\n\n', '---\n# a comment\n', '...\n---\n']

/** One document of a file, and what is written before it. */
interface Part {
  readonly text: string
  readonly separator: string
}

type Files = Map<string, readonly Part[]>

const textOf = (parts: readonly Part[]): string => parts.map(({ separator, text }) => separator + text).join('')

/** The files of one mesh while they are edited. */
export class EditedFiles {
  readonly #random: Random
  readonly #corpus: Corpus
  readonly #earlier: Files[] = []
  #files: Files = new Map()
  /** A file whose text was damaged, until the next edit. */
  #damaged: SourceFile | undefined

  constructor(meshes: readonly MeshInput[], corpus: Corpus, random: Random) {
    this.#random = random
    this.#corpus = corpus
    for (const document of meshes.flatMap(({ documents }) => documents)) this.#add(document)
  }

  /** The files now. */
  get files(): readonly SourceFile[] {
    return [...this.#files].map(([name, parts]) =>
      this.#damaged?.name === name ? this.#damaged : { name, text: textOf(parts) },
    )
  }

  /** Changes, adds, moves or removes some documents, or returns to an earlier state. */
  edit(): void {
    this.#damaged = undefined
    this.#earlier.push(new Map(this.#files))
    const random = this.#random
    const chance = random.next()
    if (chance < 0.5) this.#replace((part) => [this.#mutated(part)])
    else if (chance < 0.62) this.#add(random.pick(random.pick(this.#corpus.meshes).documents))
    else if (chance < 0.74) this.#replace(() => [])
    else if (chance < 0.8) this.#replace((part) => [part, part])
    else if (chance < 0.86) this.#replace((part) => [{ ...part, separator: random.pick(SEPARATORS) }])
    else if (chance < 0.92) this.#damage()
    else if (chance < 0.96) this.#files = new Map(random.pick(this.#earlier))
    else for (let count = 2 + random.below(3); count > 0; count--) this.#replace((part) => [this.#mutated(part)])
  }

  #add(document: JsonValue): void {
    const name = this.#random.pick(FILES)
    const parts = [...(this.#files.get(name) ?? [])]
    parts.splice(this.#random.below(parts.length + 1), 0, this.#partOf(document))
    this.#files.set(name, parts)
  }

  #partOf(document: JsonValue): Part {
    return { text: `${JSON.stringify(document, undefined, 2)}\n`, separator: this.#random.pick(SEPARATORS) }
  }

  /** Replaces a random document. */
  #replace(change: (part: Part) => readonly Part[]): void {
    const [name, parts] = this.#random.pick([...this.#files])
    if (parts.length === 0) return
    const at = this.#random.below(parts.length)
    this.#files.set(name, [...parts.slice(0, at), ...change(parts[at] as Part), ...parts.slice(at + 1)])
  }

  #mutated(part: Part): Part {
    const root = [copy(JSON.parse(part.text) as JsonValue)]
    mutate(root, this.#random, this.#corpus)
    const [changed = null] = root
    try {
      const made = this.#partOf(changed)
      return made.text.length > LONGEST ? part : made
    } catch {
      // Too deep to be written.
      return part
    }
  }

  #damage(): void {
    const [name, parts] = this.#random.pick([...this.#files])
    this.#damaged = { name, text: mutateText(textOf(parts), this.#random) }
  }
}
