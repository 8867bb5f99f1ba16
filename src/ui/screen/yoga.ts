/**
 * The layout engine of ink. The package's own entry waits for WebAssembly while it is loaded, which files of the program
 * cannot do, so the build replaces it by this file, and the interface waits before it starts.
 */
import { loadYoga } from 'yoga-layout/load'

type Yoga = Awaited<ReturnType<typeof loadYoga>>

const yoga = {} as Yoga

/** Resolves when the engine can be used. */
export async function loadLayout(): Promise<void> {
  Object.assign(yoga, await loadYoga())
}

export default yoga
