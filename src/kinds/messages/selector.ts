/** Label selectors of newer Istio kinds (istio.io/api type/v1beta1/selector.proto). */
import { type Infer, map, message, string } from '../schema/index.ts'

export const LabelSelectorSpec = message('LabelSelectorSpec', {
  matchLabels: map(string),
})
export type LabelSelectorSpec = Infer<typeof LabelSelectorSpec>
