/** Applies the changes of a fix to the text of manifests. */
export { EditError } from './document.ts'
export { type EditedManifests, editManifests } from './edit.ts'
