/** Manifests with the changes of a fix made in their text. */
export { EditError } from './document.ts'
export { type EditedManifests, editManifests, type ReplacedPart } from './edit.ts'
