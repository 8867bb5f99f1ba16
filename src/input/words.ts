/** Words of messages about the input. */

/** Names with commas between them; of a long list the first ones, and how many more there are: `a, b and 7 more`. */
export function namesText(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}
