/** References to missing objects in the configuration of one proxy. istiod accepts them; vipctl reports them. */
export { unresolvedReferences } from './references.ts'
