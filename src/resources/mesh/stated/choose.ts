/** Which of several statements applies. */
import type { SourceProblem } from '../../../sources/document.ts'
import { problemAt } from '../../problems.ts'
import type { Statement } from './statements.ts'

/**
 * Those that apply: of the revision that is asked for, if it has some, and objects before files with values.
 * @param statements in input order
 */
function candidates(statements: readonly Statement[], revision: string | undefined): readonly Statement[] {
  const asked = statements.filter((statement) => statement.name === revision || statement.revision === revision)
  const some = revision !== undefined && asked.length > 0 ? asked : statements
  const objects = some.filter(({ name }) => name !== '')
  return objects.length > 0 ? objects : some
}

/** The last statement of a version of Istio. */
export function chooseVersion(statements: readonly Statement[], revision: string | undefined): Statement | undefined {
  const versioned = statements.filter(({ version }) => version !== undefined)
  return candidates(versioned, revision).at(-1)
}

/** Everything that a statement sets, to compare it with others. */
const contentOf = ({ mesh, networks, env, compatibility }: Statement): string =>
  JSON.stringify([mesh?.value, networks?.value, [...env].map(([name, { value }]) => [name, value]), compatibility])

const statesSettings = ({ mesh, networks, env }: Statement): boolean =>
  mesh !== undefined || networks !== undefined || env.size > 0

/** Enough to recognise the others. */
const MOST_NAMED = 3

/** With the file, because several files may name it alike. */
function nameOf({ object, location }: Statement): string {
  const { name } = location.document.file
  return object.includes(name) ? object : `${object} (${name})`
}

/** The statement whose settings apply: the last one. A warning names others that differ. */
export function chooseSettings(
  statements: readonly Statement[],
  revision: string | undefined,
  problems: SourceProblem[],
): Statement | undefined {
  const found = candidates(statements.filter(statesSettings), revision)
  const chosen = found.at(-1)
  if (!chosen) return undefined
  const content = contentOf(chosen)
  const others = found.filter((statement) => contentOf(statement) !== content)
  if (others.length === 0) return chosen
  const names = others.slice(0, MOST_NAMED).map(nameOf)
  if (others.length > MOST_NAMED) names.push(`${others.length - MOST_NAMED} more`)
  const message = `the input states different mesh configurations: that of ${chosen.object} applies, not that of ${names.join(', ')}`
  const hint = 'choose another with --mesh-config FILE'
  problems.push(problemAt(chosen.location, { severity: 'warning', message, hint }))
  return chosen
}
