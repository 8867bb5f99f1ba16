/** Change marks in text: a sign before each row, and a line with their counts. */
import { type ChangeCount, countText, type Mark } from '../../findings/changes/index.ts'
import { type Line, type Style, type StyledSpan, styled } from '../../formats/spans.ts'

const STYLES: Readonly<Record<Mark, Style>> = { '+': 'good', '~': 'warning', '-': 'error' }

/**
 * The first cell of a row after its mark; unchanged rows have spaces instead, so that names stay aligned.
 * @param style for names without a mark
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
