import type { JsonValue } from '../../sources/document.ts'

/** An object of an API server, of unknown shape. */
export type JsonObject = { [key: string]: JsonValue }
