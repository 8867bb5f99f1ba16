/** Messages about settings from the configuration file: they name the line in the file, not an option that the user did not type. */
import type { SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'

/** Where the configuration states paths, each by itself, and settings, by the option that states the same (`--remote a`). */
export type StatedAt = ReadonlyMap<string, Location>

const NEXT_TO_CONFIGURATION = 'paths start at the folder of the configuration'

/**
 * How a message begins: with the option, or with the place in the configuration.
 * @param statement the path, or the option with its value
 */
export function statedBy(option: string, statement: string, statedAt: StatedAt | undefined): string {
  const location = statedAt?.get(statement)
  return location === undefined ? option : `${location}:`
}

/** Problems with whole files and folders, at the lines of the configuration that name them. */
export function atStatements(
  problems: readonly SourceProblem[],
  statedAt: StatedAt | undefined,
): readonly SourceProblem[] {
  if (statedAt === undefined || statedAt.size === 0) return problems
  return problems.map((problem) => {
    const { severity, message, at, hint = NEXT_TO_CONFIGURATION } = problem
    const location = at === undefined || 'line' in at ? undefined : statedAt.get(at.file)
    if (location === undefined || severity === 'note') return problem
    return { severity, message: `${at?.file} ${message}`, at: location.position(), hint }
  })
}
