/** References in the configuration of one proxy that lead nowhere. istiod takes them as they are; vipctl names them. */
export { unresolvedReferences } from './references.ts'
