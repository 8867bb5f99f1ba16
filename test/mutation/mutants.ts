/** Small faults that a test should notice, made by changing one place of a source text. */
import ts from 'typescript'

export interface Mutant {
  /** Path from the repository's root. */
  readonly file: string
  readonly line: number
  /** The change, for people. */
  readonly change: string
  /** The whole text of the file with the change. */
  readonly text: string
}

/** Each operator of a pair stands for the other one. */
const OPERATOR_PAIRS = [
  ['<', '<='],
  ['>', '>='],
  ['===', '!=='],
  ['&&', '||'],
  ['+', '-'],
  ['*', '/'],
] as const

const OTHER_OPERATORS: ReadonlyMap<string, string> = new Map(
  OPERATOR_PAIRS.flatMap(([one, other]) => [
    [one, other],
    [other, one],
  ]),
)

/** The texts to put in the place of a node. */
function* replacementsOf(node: ts.Node, source: ts.SourceFile): Iterable<readonly [place: ts.Node, text: string]> {
  const textOf = (part: ts.Node) => part.getText(source)
  if (ts.isBinaryExpression(node)) {
    const other = OTHER_OPERATORS.get(textOf(node.operatorToken))
    if (other !== undefined) yield [node.operatorToken, other]
    // Without one side: what is always there, or never.
    if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) yield [node, textOf(node.left)]
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    yield [node, `(${textOf(node.operand)})`]
  } else if (ts.isNumericLiteral(node)) {
    yield [node, `${Number(node.text) + 1}`]
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
    yield [node, 'false']
  } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
    yield [node, 'true']
  } else if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
    const condition = ts.isIfStatement(node) ? node.expression : node.condition
    yield [condition, 'true']
    yield [condition, 'false']
  } else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
    if (node.expression.expression.kind !== ts.SyntaxKind.SuperKeyword) yield [node, ';']
  }
}

/** Long statements and conditions are shortened. */
const brief = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 80)

/** Every mutant of a file, in the order of its text. */
export function mutantsOf(file: string, text: string): readonly Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const lines = text.split('\n')
  const mutants: Mutant[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return
    for (const [place, replacement] of replacementsOf(node, source)) {
      const start = place.getStart(source)
      const { line } = source.getLineAndCharacterOfPosition(start)
      mutants.push({
        file,
        line: line + 1,
        change: `${brief(lines[line] ?? '')}   ${brief(place.getText(source))} -> ${brief(replacement)}`,
        text: text.slice(0, start) + replacement + text.slice(place.end),
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return mutants
}
