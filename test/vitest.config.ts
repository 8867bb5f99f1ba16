import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** `npm test`: every test. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/whole-run.ts',
    setupFiles: 'test/support/each-file.ts',
    // Test files of one worker share the modules of src/, which halves the CPU time of a run. Tests must not need a
    // fresh module.
    isolate: false,
    // By default vitest leaves one core without a worker, which is half of a small machine.
    maxWorkers: '100%',
    // Tests that start processes or read large inputs share the machine with other programs.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A poll ends when its condition holds; the limit only bounds a failing run.
    expect: { poll: { timeout: 30_000 } },
  },
})
