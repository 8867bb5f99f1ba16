/** What proxies, and those who send through them, notice of a change: effects in words. */

export { effectsOfMesh } from './of-mesh.ts'
export { effectsOf } from './of-proxy.ts'
