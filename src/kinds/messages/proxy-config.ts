/** The kind ProxyConfig (istio.io/api networking/v1beta1/proxy_config.proto), not the mesh configuration's message. */
import { type Infer, int32, map, message, optional, string } from '../schema/index.ts'
import { LabelSelectorSpec } from './selector.ts'

const ProxyImage = message('ProxyImage', { imageType: string })

export const ProxyConfigSpec = message('ProxyConfig', {
  selector: optional(LabelSelectorSpec),
  concurrency: optional(int32),
  environmentVariables: map(string),
  image: optional(ProxyImage),
})
export type ProxyConfigSpec = Infer<typeof ProxyConfigSpec>
