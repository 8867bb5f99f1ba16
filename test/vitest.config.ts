import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // Tests that start processes or read large inputs share a machine with whatever else runs on it.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
