import { kindOf } from '../kinds/index.ts'
import type { Resource } from '../kinds/resource.ts'

/** Who rejects objects of a kind. */
export const judgeOf = ({ apiVersion, kind }: Resource): string =>
  kindOf(apiVersion, kind)?.istio ? 'istiod' : 'the API server'
