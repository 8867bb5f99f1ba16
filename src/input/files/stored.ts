/** What was read of the file system, for a program that reads the same input often and is told what changes. */
import { oncePerKey } from '../../common/once.ts'
import { type DiscoverOptions, type Discovery, discover, identityOf } from './discover.ts'

/** What a file holds; each version of a file is one object. */
export class StoredFiles<Content = unknown> {
  #identityOf = oncePerKey(identityOf)
  readonly #found = new Map<string, Discovery>()
  readonly #contents = new Map<string, Content>()

  /** As `discover`, always with the same options. */
  discover(written: string, options: DiscoverOptions): Discovery {
    const found = this.#found.get(written) ?? discover(written, options)
    this.#found.set(written, found)
    return found
  }

  /** As the function of this name. */
  identityOf(path: string): string {
    return this.#identityOf(path)
  }

  /** @param path absolute */
  contentOf(path: string, read: () => Content): Content {
    const content = this.#contents.get(path) ?? read()
    this.#contents.set(path, content)
    return content
  }

  /** Reads a file again the next time. @param path absolute */
  changed(path: string): void {
    this.#contents.delete(path)
  }

  /** Looks for files again the next time, because some are new or gone, or because ignore files changed. */
  moved(): void {
    this.#found.clear()
    this.#identityOf = oncePerKey(identityOf)
  }

  /** Reads everything again the next time. */
  forget(): void {
    this.#contents.clear()
    this.moved()
  }
}
