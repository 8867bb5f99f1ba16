/** The filter of a list: terms that all must match. */
import { type Column, ROLES, type Role, type Row } from '../../protocol.ts'

/** `text`, `!text`, `role:text`, `role:=text` (the whole cell), with quotes around text that has blanks. */
interface Term {
  readonly role: Role | undefined
  readonly text: string
  readonly isExact: boolean
  readonly isNegated: boolean
}

const TERM = /(!?)(?:(host|ns|namespace|port|file|object):)?(=?)("[^"]*"?|\S+)/g

function roleOf(name: string | undefined): Role | undefined {
  return name === 'namespace' ? 'ns' : ROLES.find((role) => role === name)
}

function parse(text: string): readonly Term[] {
  return [...text.matchAll(TERM)].flatMap(([, not, role, equals, quoted = '']) => {
    const unquoted = quoted.startsWith('"') ? quoted.slice(1).replace(/"$/, '') : quoted
    const isExact = equals === '=' || unquoted.startsWith('=')
    const own = (unquoted.startsWith('=') ? unquoted.slice(1) : unquoted).toLowerCase()
    return own === '' ? [] : [{ role: roleOf(role), text: own, isExact, isNegated: not === '!' }]
  })
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** How a cell is compared with a term. */
function cellTest({ role, text, isExact }: Term): (cell: string) => boolean {
  if (role === 'port') {
    // The number on its own: 80 is not part of 8080.
    const whole = new RegExp(`(?:^|[^0-9])${escape(text)}(?:$|[^0-9])`)
    return (cell) => whole.test(cell)
  }
  if (role === 'ns') {
    // As a cell of its own, in `Kind namespace/name`, or in a name of Kubernetes.
    const inside = new RegExp(`(?:^|[ ,])${escape(text)}(?:$|/)|\\.${escape(text)}\\.svc(?:\\.|$|[:|])`)
    return (cell) => inside.test(cell)
  }
  if (isExact) return (cell) => cell === text || cell.startsWith(`${text}, `) || cell.endsWith(` ${text}`)
  return (cell) => cell.includes(text)
}

/**
 * A test of rows.
 * @param text as the user types it; an unfinished term is not an error
 */
export function rowFilter(text: string, columns: readonly Column[]): ((row: Row) => boolean) | undefined {
  const terms = parse(text)
  if (terms.length === 0) return undefined
  const all = columns.map((_, index) => index)
  const tests = terms.map((term) => {
    const own = term.role === undefined ? [] : all.filter((index) => columns[index]?.roles?.includes(term.role as Role))
    const searched = own.length > 0 || term.role === undefined ? own : all
    const indexes = searched.length > 0 ? searched : all
    const matches = cellTest(term)
    return (row: Row) => indexes.some((index) => matches((row.cells[index] ?? '').toLowerCase())) !== term.isNegated
  })
  return (row) => tests.every((test) => test(row))
}
