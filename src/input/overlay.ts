/** What is reported of the files over a mesh. */
import { countText } from '../answers/changes/marks.ts'
import type { Session } from '../commands/session.ts'
import { countChanges } from '../findings/changes/index.ts'
import type { Snapshot } from '../resources/snapshot.ts'

/** Says how many objects the files add and change. */
export async function sayObjectChanges({ changes }: Snapshot, session: Session): Promise<void> {
  const text = countText(countChanges(changes))
  await session.note(changes.length === 0 ? 'the files change no object' : `objects that the files change: ${text}`)
}
