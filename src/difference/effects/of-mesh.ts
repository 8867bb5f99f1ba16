import type { Effect, MeshSide, Sides } from '../model.ts'
import { findingEffects } from './findings.ts'
import { vipEffects } from './vips.ts'

/** What does not depend on proxies: addresses of hosts, and findings of lint. */
export function effectsOfMesh(mesh: Sides<MeshSide>): readonly Effect[] {
  return [...vipEffects(mesh), ...findingEffects(mesh)]
}
