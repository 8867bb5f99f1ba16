import { type Limits, withThousands } from '../limits.ts'

/** Why a document's events do not make a value; `offset` counts from the start of the parsed text. */
export class ConstructError extends Error {
  readonly offset: number
  readonly hint: string | undefined

  constructor(message: string, offset: number, hint?: string) {
    super(message)
    this.name = 'ConstructError'
    this.offset = offset
    this.hint = hint
  }
}

const BEGINS_NUMBER = /^[+0-9]/

/** The errors of construction. Offsets count from the start of the parsed text. */
export const refused = {
  tag: (tag: string, text: string, at: number) =>
    new ConstructError(`the tag !!${tag} does not fit the value "${text}"`, at),

  escape: (escape: string, at: number) =>
    new ConstructError(
      `Kubernetes does not read the escape ${escape} in a double-quoted text`,
      at,
      escape === '\\/' ? 'Write / alone.' : 'Write the character itself, or as \\UNNNNNNNN.',
    ),

  number: (text: string, at: number) =>
    new ConstructError(
      `${text} is read as a number that JSON cannot hold`,
      at,
      `Put it in quotes if it is meant as text: "${text}".`,
    ),

  key: (text: string, at: number) =>
    new ConstructError(
      `the key "${text}" is read as ${BEGINS_NUMBER.test(text) ? 'a number beyond 63 bits' : 'null'}`,
      at,
      'Put it in quotes if it is meant as text.',
    ),

  collectionAsKey: (kind: 'list' | 'mapping', opensWithBrace: boolean, at: number) =>
    new ConstructError(
      `a ${kind} is used as a key`,
      at,
      opensWithBrace
        ? 'Put a text that begins with { in quotes; render templates such as {{ .Values.name }} first (helm template).'
        : 'A key is a plain name.',
    ),

  unknownAnchor: (name: string, at: number) =>
    new ConstructError(
      `*${name} refers to an anchor &${name} that is not defined above it in this document`,
      at,
      'Put a text that begins with * in quotes; define an anchor before its first use.',
    ),

  cycle: (name: string, at: number) =>
    new ConstructError(
      `the anchor &${name} contains itself`,
      at,
      'An object cannot contain itself: write the part that repeats out, or anchor a smaller part.',
    ),

  mergeSource: (at: number) =>
    new ConstructError(
      '<< merges something that is not a mapping',
      at,
      'A merge key takes a mapping, an alias of one, or a list of these.',
    ),

  depth: ({ depth }: Limits, at: number) =>
    new ConstructError(
      `aliases nest deeper than the limit of ${withThousands(depth)} levels`,
      at,
      'Nest fewer aliases.',
    ),

  mergedKeys: ({ mergedKeys }: Limits, at: number) =>
    new ConstructError(
      `merge keys copy more than the limit of ${withThousands(mergedKeys)} keys in one file`,
      at,
      'Merge fewer or smaller mappings, or split the file.',
    ),

  /** @param most how many values aliases may expand to */
  expansion: (most: number, at: number) =>
    new ConstructError(
      `aliases expand the document beyond the limit of ${withThousands(most)} values`,
      at,
      'Use fewer aliases of aliases, or split the document.',
    ),
}
