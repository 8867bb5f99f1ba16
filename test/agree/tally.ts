/** What was asked, and where Envoy and the simulation do not say the same. */
const MOST_SHOWN = 100
const MOST_AGAIN = 2

export class Tally {
  #wrong = 0
  #again = 0
  readonly #kinds = new Map<string, number>()

  /** @param differs undefined when both say the same */
  add(kind: string, place: string, differs: string | undefined): void {
    this.addMany(kind, 1)
    if (differs === undefined) return
    this.#wrong++
    if (this.#wrong <= MOST_SHOWN) console.log(`${place}: ${differs}`)
  }

  /**
   * Asks again if a connection does not end as expected, because a busy machine may break one.
   * @param ask makes the connection, and says what differs
   */
  async confirm(kind: string, place: string, ask: () => Promise<string | undefined>): Promise<void> {
    let differs = await ask()
    for (let again = 0; again < MOST_AGAIN && differs !== undefined; again++) {
      this.#again++
      differs = await ask()
    }
    this.add(kind, place, differs)
  }

  addMany(kind: string, count: number): void {
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + count)
  }

  get asked(): number {
    return [...this.#kinds.values()].reduce((sum, count) => sum + count, 0)
  }

  get wrong(): number {
    return this.#wrong
  }

  print(): void {
    for (const [kind, count] of [...this.#kinds].sort()) console.log(`${String(count).padStart(7)} ${kind}`)
    console.log(`${this.asked} requests: ${this.#wrong} disagreements (${this.#again} times asked again)`)
  }
}
