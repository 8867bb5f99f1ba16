import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type TestOptions, testOptions } from './options.ts'

export const testCommand = (dispatch: Dispatch): Command =>
  defineCommand<TestOptions>(
    {
      name: 'test',
      summary: 'run suites of traces with expectations',
      description:
        'Runs suites: each test traces a connection or request and compares where it ends, and how, with what the suite ' +
        'expects. Without a file, runs every *.vipctl-test.yaml below the working directory. The files of ' +
        'istio-config-validator are suites too.',
      operands: [['[file...]', 'files of suites, folders or globs']],
      options: testOptions,
      examples: [
        ['vipctl test', 'every suite below the working directory'],
        ['vipctl test shop.vipctl-test.yaml --coverage', 'one suite, with what it does not reach'],
        ['vipctl test --watch', 'again after each change of suites and manifests'],
        ['vipctl test routes_test.yml -f mesh/ -o junit', 'tests of istio-config-validator over a folder of manifests'],
      ],
      load: async () => (await import('./run.ts')).test,
    },
    dispatch,
  )
