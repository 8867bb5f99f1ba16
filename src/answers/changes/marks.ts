/** Marks in text: a sign before a row, and a line that counts them. */
import { type ChangeCount, countText, type Mark } from '../../findings/changes/index.ts'
import { type Line, type Style, type StyledSpan, styled } from '../../formats/spans.ts'

const STYLES: Readonly<Record<Mark, Style>> = { '+': 'good', '~': 'warning', '-': 'error' }

/**
 * The first cell of a row with its mark in front; rows without a change have blanks there, so that names stay in line.
 * @param style of names that have no mark
 */
export function markedCell(mark: Mark | undefined, text: string, style: Style = 'name'): StyledSpan {
  return mark === undefined ? styled(style, `  ${text}`) : styled(STYLES[mark], `${mark} ${text}`)
}

/** Headers of a table whose rows begin with `markedCell`. */
export const markedHeaders = ([first = '', ...others]: readonly string[]): readonly string[] => [
  `  ${first}`,
  ...others,
]

/** `# changes: 2 new, 1 gone` */
export const countLine = (count: ChangeCount): Line => [
  styled('dim', '# changes: '),
  styled('heading', countText(count)),
]
