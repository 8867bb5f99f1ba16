/** Applies the changes of a fix to the text of manifests. */

export { type EditedManifests, editManifests } from './edit.ts'
export { EditError } from './edit-error.ts'
