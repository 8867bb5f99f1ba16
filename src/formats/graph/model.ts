/** A graph as data: what is in each box, and which box follows which. */

/** What a box or an arrow stands for, which decides its colour and its line. */
export type Tone = 'good' | 'bad' | 'dim'

export interface Box {
  /** Letters and digits, made by the program: formats write it as it is. */
  readonly id: string
  /** The first line says what the box is, if there are others. */
  readonly text: readonly string[]
  readonly tone?: Tone
}

export interface Arrow {
  readonly from: string
  readonly to: string
  /** '' without one. */
  readonly label: string
  /** A bad arrow is one that leads to nothing. */
  readonly tone?: Tone
}

export interface Graph {
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

/** A graph that stands alone. */
export interface Picture extends Graph {
  readonly title: string
  /** Sentences below it. */
  readonly notes: readonly string[]
}

export const TONES: readonly Tone[] = ['good', 'bad', 'dim']
