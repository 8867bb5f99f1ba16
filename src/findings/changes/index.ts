/** Compares two computations: what is new, changed and gone. */
export {
  type ChangeCount,
  type Comparison,
  countChanges,
  countText,
  isChange,
  type Mark,
  type Marked,
  markChanges,
} from './marks.ts'
