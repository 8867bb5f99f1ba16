/** Certificates of a cluster that is followed. They are read by name, so they cannot be watched. */
import { sameList } from '../../../common/collections.ts'
import type { SnapshotOptions } from '../../../resources/index.ts'
import type { SourceDocument } from '../../../sources/document.ts'
import { type LiveCluster, LiveError } from '../index.ts'
import { type LiveCertificates, readCertificates, refersToCertificates } from './certificates.ts'

/** How often they are read again while the objects that refer to them stay as they are, in milliseconds. */
const PAUSE = 30_000

const textOf = ({ file, value }: SourceDocument): string => JSON.stringify([file.name, value])

/** A document that has not changed stays the same object, so that nothing is computed again for it. */
function keeping(known: LiveCertificates, read: LiveCertificates): LiveCertificates {
  const byText = new Map(known.documents.map((document) => [textOf(document), document]))
  return { ...read, documents: read.documents.map((document) => byText.get(textOf(document)) ?? document) }
}

const isSame = (a: LiveCertificates, b: LiveCertificates): boolean =>
  sameList(a.documents, b.documents) &&
  a.answered.size === b.answered.size &&
  [...a.answered].every((key) => b.answered.has(key))

/** Reads certificates again when other ones are referred to, and now and then. */
export class CertificateFollower {
  readonly #cluster: LiveCluster
  readonly #istiod: SnapshotOptions
  #known: LiveCertificates
  /** The objects for which certificates were read last. */
  #referring: readonly SourceDocument[]

  /**
   * @param documents those that the certificates were read for
   * @param istiod the settings of istiod that the request states
   */
  constructor(
    cluster: LiveCluster,
    istiod: SnapshotOptions,
    known: LiveCertificates,
    documents: readonly SourceDocument[],
  ) {
    this.#cluster = cluster
    this.#istiod = istiod
    this.#known = known
    this.#referring = documents.filter(refersToCertificates)
  }

  /** @returns whether anything changed; a cluster that does not answer changes nothing */
  async #read(documents: readonly SourceDocument[]): Promise<boolean> {
    try {
      const read = keeping(this.#known, await readCertificates(this.#cluster, documents, this.#istiod))
      const changed = !isSame(this.#known, read)
      this.#known = read
      return changed
    } catch (error) {
      if (error instanceof LiveError) return false
      throw error
    }
  }

  /** The certificates for these documents. */
  async of(documents: readonly SourceDocument[]): Promise<LiveCertificates> {
    const referring = documents.filter(refersToCertificates)
    const isSameAsBefore = sameList(referring, this.#referring)
    this.#referring = referring
    if (!isSameAsBefore) await this.#read(documents)
    return this.#known
  }

  /**
   * Reads them again and again until the signal aborts.
   * @param now the current documents
   * @param changed is called after a change
   */
  start(now: () => readonly SourceDocument[], changed: () => void, signal: AbortSignal): void {
    const timer = setInterval(async () => {
      const documents = now()
      if (documents.some(refersToCertificates) && (await this.#read(documents)) && !signal.aborted) changed()
    }, PAUSE)
    timer.unref()
    signal.addEventListener('abort', () => clearInterval(timer))
  }
}
