/** What the user types after a colon. */
import { nearest } from '../../../common/nearest.ts'
import { VIEW_IDS, type ViewId } from '../../protocol.ts'

export type Command =
  | { readonly kind: 'view'; readonly view: ViewId; readonly filter: string }
  | { readonly kind: 'ask'; readonly form: 'trace' | 'dig'; readonly text: string }
  | { readonly kind: 'messages' | 'help' | 'quit' | 'proxy' }
  | { readonly kind: 'namespace'; readonly name: string }
  | { readonly kind: 'unknown'; readonly hint: string }

/** Other names of lists. */
const ALIASES: Readonly<Record<string, ViewId>> = {
  vips: 'hosts',
  allocate: 'hosts',
  nametable: 'names',
  nds: 'names',
  lds: 'listeners',
  cds: 'clusters',
  eds: 'endpoints',
  rds: 'routes',
  gw: 'gateways',
  lint: 'findings',
  pods: 'proxies',
}

const OTHERS = ['trace', 'dig', 'messages', 'help', 'proxy', 'namespace', 'quit'] as const
const WORDS: readonly string[] = [...VIEW_IDS, ...OTHERS]

/** Names that begin like this. */
export const completions = (text: string): readonly string[] => WORDS.filter((word) => word.startsWith(text))

function commandOf(word: string, rest: string): Command | undefined {
  const view = VIEW_IDS.find((id) => id === word)
  if (view) return { kind: 'view', view, filter: rest }
  switch (word) {
    case 'trace':
    case 'dig':
      return rest === ''
        ? { kind: 'unknown', hint: word === 'dig' ? 'dig NAME [TYPE]' : 'trace HOST:PORT or a URL' }
        : { kind: 'ask', form: word, text: rest }
    case 'messages':
    case 'help':
    case 'quit':
    case 'proxy':
      return { kind: word }
    case 'namespace':
      return { kind: 'namespace', name: rest }
    default:
      return undefined
  }
}

/** A name, the beginning of one, or another name for it, and what follows it. */
export function parseCommand(text: string): Command {
  const [, word = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(text.trim()) ?? []
  const alias = Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined
  const [first] = completions(word)
  const found =
    commandOf(alias ?? (word === 'q' ? 'quit' : word), rest) ?? (first && word !== '' && commandOf(first, rest))
  if (found) return found
  const close = nearest(word, WORDS)
  return {
    kind: 'unknown',
    hint: `unknown command ${word}: ${close ? `did you mean ${close}?` : `known are ${WORDS.join(', ')}`}`,
  }
}
