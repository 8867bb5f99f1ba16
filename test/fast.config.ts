import { configDefaults, defineConfig, mergeConfig } from 'vitest/config'
import all from './vitest.config.ts'

/** Excluded from `npm run test:fast`: tests that wait, start processes, or use every reference mesh. */
export const SLOW = [
  'test/fuzz/**',
  'test/live/**',
  'test/sandbox/{check,program,scenarios}.test.ts',
  'test/commands/{limits,memory,snapshot,watch}.test.ts',
  'test/commands/lint-config/changed{,-hostile}.test.ts',
  'test/input/follow.test.ts',
  'test/commands/serve.test.ts',
  'test/releases/checked.test.ts',
  'test/resources/assumed/{cluster-ips,meshes}.test.ts',
  'test/answers/proxy-config/istioctl.test.ts',
  'test/findings/{fixes,reachability}.test.ts',
  'test/findings/lint/{conformance,variations}.test.ts',
  'test/server/{conformance,mutated,upstream,workers}.test.ts',
  'test/sources/{parse,positions}.test.ts',
  'test/verification/damage.test.ts',
]

/** `npm run test:fast`: tests to run while working. */
export default mergeConfig(all, defineConfig({ test: { exclude: [...configDefaults.exclude, ...SLOW] } }))
