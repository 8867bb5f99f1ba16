/** Events as the parser has them for values without anchors and tags. */
import { ABSENT } from './nodes.ts'
import { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, type ScalarEvent, type ScalarStyle } from './parser.ts'

const BARE = { anchorStart: ABSENT, anchorEnd: ABSENT, tagStart: ABSENT, tagEnd: ABSENT }
/** What mappings and sequences have, besides their type and where they begin. */
export const BLOCK = { ...BARE, style: COLLECTION_STYLE.BLOCK }
export const FLOW = { ...BARE, style: COLLECTION_STYLE.FLOW }

/** @param valueStart `ABSENT` for an empty value */
export const scalarEvent = (valueStart: number, valueEnd: number, style: ScalarStyle): ScalarEvent => ({
  type: EVENT_ID.SCALAR,
  valueStart,
  valueEnd,
  ...BARE,
  style,
  chomping: CHOMPING_MODE.CLIP,
  indent: ABSENT,
  fast: valueStart !== ABSENT,
})
