/** A tree of RE2 as instructions for the matcher (Thompson's construction). */
import { fail } from '../validation/values/re2-characters.ts'
import type { Characters } from './characters.ts'
import { type Assertion, type Node, parsePattern } from './parse.ts'

export type Instruction =
  | { readonly kind: 'one'; readonly members: Characters }
  | { readonly kind: 'assert'; readonly at: Assertion }
  /** Continues at both, preferably at the first. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'match' }

export interface Program {
  readonly instructions: readonly Instruction[]
  /** Two for the whole match and two for each group. */
  readonly slots: number
}

/** Envoy refuses larger programs: istiod sets re2.max_program_size.error_level to this in the bootstrap. */
const LARGEST = 32_768

class Compiler {
  readonly instructions: Instruction[] = []

  #add<I extends Instruction>(instruction: I): I {
    if (this.instructions.length >= LARGEST) fail(`its program has more than ${LARGEST} instructions`)
    this.instructions.push(instruction)
    return instruction
  }

  get #next(): number {
    return this.instructions.length
  }

  add(node: Node): void {
    switch (node.kind) {
      case 'one':
      case 'assert':
        this.#add(node)
        break
      case 'sequence':
        for (const part of node.parts) this.add(part)
        break
      case 'choice':
        this.#choice(node.options)
        break
      case 'repeat':
        this.#repeat(node)
        break
      case 'group':
        this.#add({ kind: 'save', slot: node.index * 2 })
        this.add(node.body)
        this.#add({ kind: 'save', slot: node.index * 2 + 1 })
    }
  }

  #choice(options: readonly Node[]): void {
    const ends: { to: number }[] = []
    for (const [index, option] of options.entries()) {
      if (index === options.length - 1) {
        this.add(option)
        break
      }
      const split = this.#add({ kind: 'split' as const, first: this.#next + 1, second: 0 })
      this.add(option)
      ends.push(this.#add({ kind: 'jump' as const, to: 0 }))
      split.second = this.#next
    }
    for (const end of ends) end.to = this.#next
  }

  #repeat({ body, min, max, greedy }: Extract<Node, { kind: 'repeat' }>): void {
    for (let count = 0; count < min; count++) this.add(body)
    if (max === Infinity) {
      const start = this.#next
      const leave = this.#optional(body, greedy)
      this.#add({ kind: 'jump', to: start })
      leave(this.#next)
      return
    }
    const leaves: ((end: number) => void)[] = []
    for (let count = min; count < max; count++) leaves.push(this.#optional(body, greedy))
    for (const leave of leaves) leave(this.#next)
  }

  /** A body that may be left out. @returns sets where to continue without it */
  #optional(body: Node, greedy: boolean): (end: number) => void {
    const split = this.#add({ kind: 'split' as const, first: 0, second: 0 })
    const inside = this.#next
    this.add(body)
    return (end) => {
      split.first = greedy ? inside : end
      split.second = greedy ? end : inside
    }
  }
}

/** @throws SyntaxProblem for a pattern that Envoy does not accept */
export function compilePattern(pattern: string): Program {
  const { tree, groups } = parsePattern(pattern)
  const compiler = new Compiler()
  compiler.add(tree)
  compiler.instructions.push({ kind: 'match' })
  return { instructions: compiler.instructions, slots: (groups + 1) * 2 }
}
