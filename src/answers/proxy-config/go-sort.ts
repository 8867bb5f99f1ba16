/**
 * Go's sort.Slice. It is not stable, and istioctl's comparisons leave ties or contradict themselves. The order of rows
 * then depends on the exact steps of the algorithm, so they are reproduced here (Go's package sort, zsortfunc.go: a
 * pattern-defeating quicksort).
 */

/** Whether the first item comes before the second. */
export type Less<T> = (a: T, b: T) => boolean

/** Ranges up to this length are sorted by insertion. */
const INSERTION_LENGTH = 12
/** From this length on, the pivot is the median of three medians, and a nearly sorted range is repaired. */
const LONG = 50
/** A range with more places out of order than this is not nearly sorted. */
const MOST_REPAIRS = 5
/** The number of swaps for finding a pivot if the range is sorted backwards. */
const BACKWARDS_SWAPS = 12
/** Ranges shorter than this are not scattered. */
const SCATTERED_LENGTH = 8
/** A partition is balanced when its smaller side has at least one in this many items. */
const BALANCE = 8

const bitLength = (n: number): number => (n === 0 ? 0 : 32 - Math.clz32(n))
const half = (n: number): number => Math.floor(n / 2)

/** 64 bit pseudo-random numbers, the same for each length. */
class XorShift {
  #state: bigint

  constructor(seed: number) {
    this.#state = BigInt(seed)
  }

  /** The lowest bits of the next number. */
  next(bits: number): number {
    let state = this.#state
    state ^= BigInt.asUintN(64, state << 13n)
    state ^= state >> 7n
    state ^= BigInt.asUintN(64, state << 17n)
    this.#state = state
    return Number(BigInt.asUintN(bits, state))
  }
}

interface Pivot {
  readonly index: number
  readonly looks: 'sorted' | 'backwards' | 'mixed'
}

interface Partition {
  /** The final position of the pivot. */
  readonly middle: number
  /** Whether nothing had to be moved. */
  readonly wasPartitioned: boolean
}

/** All ranges are half open: `from` is included, `to` is not. */
class GoSort<T> {
  readonly #items: T[]
  readonly #comesBefore: Less<T>

  constructor(items: T[], less: Less<T>) {
    this.#items = items
    this.#comesBefore = less
  }

  sort(from: number, to: number, badPartitions: number): void {
    let balanced = true
    let partitioned = true
    while (to - from > INSERTION_LENGTH) {
      if (badPartitions === 0) {
        this.#heapSort(from, to)
        return
      }
      if (!balanced) {
        this.#scatter(from, to)
        badPartitions--
      }
      const { index: pivot, looks } = this.#preparedPivot(from, to)
      if (balanced && partitioned && looks === 'sorted' && this.#repair(from, to)) return
      // The item before the range is not greater than any in it. If it is not less than the pivot, the pivot is the
      // smallest, and all items equal to it are in place.
      if (from > 0 && !this.#less(from - 1, pivot)) {
        from = this.#partitionEqual(from, to, pivot)
        continue
      }
      const { middle, wasPartitioned } = this.#partition(from, to, pivot)
      partitioned = wasPartitioned
      const [left, right] = [middle - from, to - middle]
      balanced = Math.min(left, right) >= Math.floor((to - from) / BALANCE)
      if (left < right) {
        this.sort(from, middle, badPartitions)
        from = middle + 1
      } else {
        this.sort(middle + 1, to, badPartitions)
        to = middle
      }
    }
    this.#insertionSort(from, to)
  }

  #less(i: number, j: number): boolean {
    return this.#comesBefore(this.#items[i] as T, this.#items[j] as T)
  }

  #swap(i: number, j: number): void {
    const item = this.#items[i] as T
    this.#items[i] = this.#items[j] as T
    this.#items[j] = item
  }

  #insertionSort(from: number, to: number): void {
    for (let i = from + 1; i < to; i++) this.#sinkLeft(i, from)
  }

  /** Moves the item at `i` to the left, at most to `first`, until it is in order. */
  #sinkLeft(i: number, first: number): void {
    for (let j = i; j > first && this.#less(j, j - 1); j--) this.#swap(j, j - 1)
  }

  #siftDown(from: number, root: number, size: number): void {
    for (let child = 2 * root + 1; child < size; child = 2 * root + 1) {
      if (child + 1 < size && this.#less(from + child, from + child + 1)) child++
      if (!this.#less(from + root, from + child)) return
      this.#swap(from + root, from + child)
      root = child
    }
  }

  #heapSort(from: number, to: number): void {
    const size = to - from
    for (let i = half(size - 1); i >= 0; i--) this.#siftDown(from, i, size)
    for (let i = size - 1; i >= 0; i--) {
      this.#swap(from, from + i)
      this.#siftDown(from, 0, i)
    }
  }

  /** Swaps three items near the middle with random ones, to break patterns that cause uneven partitions. */
  #scatter(from: number, to: number): void {
    const length = to - from
    if (length < SCATTERED_LENGTH) return
    const random = new XorShift(length)
    const bits = bitLength(length)
    const first = from + Math.floor(length / 4) * 2 - 1
    for (let i = first; i <= first + 2; i++) {
      const other = random.next(bits)
      this.#swap(i, from + (other >= length ? other - length : other))
    }
  }

  /** Chooses a pivot, and reverses the range if it looks sorted backwards. */
  #preparedPivot(from: number, to: number): Pivot {
    const pivot = this.#choosePivot(from, to)
    if (pivot.looks !== 'backwards') return pivot
    for (let i = from, j = to - 1; i < j; i++, j--) this.#swap(i, j)
    return { index: to - 1 - (pivot.index - from), looks: 'sorted' }
  }

  #choosePivot(from: number, to: number): Pivot {
    const quarter = Math.floor((to - from) / 4)
    let swaps = 0
    const medianOf = (a: number, b: number, c: number): number => {
      if (this.#less(b, a)) {
        swaps++
        ;[a, b] = [b, a]
      }
      if (this.#less(c, b)) {
        swaps++
        ;[b, c] = [c, b]
      }
      if (this.#less(b, a)) {
        swaps++
        ;[a, b] = [b, a]
      }
      return b
    }
    let samples: [number, number, number] = [from + quarter, from + quarter * 2, from + quarter * 3]
    if (to - from >= LONG) {
      const [a, b, c] = samples
      samples = [medianOf(a - 1, a, a + 1), medianOf(b - 1, b, b + 1), medianOf(c - 1, c, c + 1)]
    }
    const index = medianOf(...samples)
    if (swaps === 0) return { index, looks: 'sorted' }
    return { index, looks: swaps === BACKWARDS_SWAPS ? 'backwards' : 'mixed' }
  }

  /** Tries to sort a nearly sorted range in a few steps. @returns whether it is sorted */
  #repair(from: number, to: number): boolean {
    let i = from + 1
    for (let repairs = 0; repairs < MOST_REPAIRS; repairs++) {
      while (i < to && !this.#less(i, i - 1)) i++
      if (i === to) return true
      if (to - from < LONG) return false
      this.#swap(i, i - 1)
      // It may go to the left of the range, where no item is greater.
      if (i - from >= 2) this.#sinkLeft(i - 1, 0)
      if (to - i >= 2) for (let j = i + 1; j < to && this.#less(j, j - 1); j++) this.#swap(j, j - 1)
    }
    return false
  }

  /** Moves items that come before the pivot to its left and the others to its right. */
  #partition(from: number, to: number, pivot: number): Partition {
    this.#swap(from, pivot)
    let i = from + 1
    let j = to - 1
    let wasPartitioned = true
    for (;;) {
      while (i <= j && this.#less(i, from)) i++
      while (i <= j && !this.#less(j, from)) j--
      if (i > j) break
      wasPartitioned = false
      this.#swap(i, j)
      i++
      j--
    }
    this.#swap(j, from)
    return { middle: j, wasPartitioned }
  }

  /** Moves items equal to the pivot to the front; none is smaller. @returns the start of the greater ones */
  #partitionEqual(from: number, to: number, pivot: number): number {
    this.#swap(from, pivot)
    let i = from + 1
    let j = to - 1
    for (;;) {
      while (i <= j && !this.#less(from, i)) i++
      while (i <= j && this.#less(from, j)) j--
      if (i > j) return i
      this.#swap(i, j)
      i++
      j--
    }
  }
}

/** A sorted copy, with ties in the order of Go's sort.Slice. */
export function goSorted<T>(items: readonly T[], less: Less<T>): T[] {
  const copy = [...items]
  new GoSort(copy, less).sort(0, copy.length, bitLength(copy.length))
  return copy
}
