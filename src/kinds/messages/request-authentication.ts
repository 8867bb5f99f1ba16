/** RequestAuthentication (istio.io/api security/v1beta1/request_authentication.proto). */
import { bool, duration, type Infer, list, message, optional, string } from '../schema/index.ts'
import { LabelSelectorSpec, PolicyTargetReference } from './selector.ts'

const JWTRule = message('JWTRule', {
  issuer: string,
  audiences: list(string),
  jwksUri: string,
  jwks: string,
  fromHeaders: list(message('JWTHeader', { name: string, prefix: string })),
  fromParams: list(string),
  fromCookies: list(string),
  outputPayloadToHeader: string,
  forwardOriginalToken: bool,
  outputClaimToHeaders: list(message('ClaimToHeader', { header: string, claim: string })),
  timeout: duration,
  spaceDelimitedClaims: list(string),
})
export type JWTRule = Infer<typeof JWTRule>

export const RequestAuthentication = message('RequestAuthentication', {
  selector: optional(LabelSelectorSpec),
  targetRef: optional(PolicyTargetReference),
  targetRefs: list(PolicyTargetReference),
  jwtRules: list(JWTRule),
})
export type RequestAuthentication = Infer<typeof RequestAuthentication>
