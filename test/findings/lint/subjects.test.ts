import { describe, expectTypeOf, it } from 'vitest'
import type { HostSubject, ListenerSubject, RuleView } from '../../../src/findings/lint/subjects.ts'
import type { ProxyView } from '../../../src/scope/view.ts'

/** Checked by the compiler: `npm run types` fails when a type exposes more. */
describe('what a rule is given', () => {
  it('is a view without the services and listeners in it', () => {
    expectTypeOf<ProxyView>().toExtend<RuleView>()
    expectTypeOf<RuleView>().not.toHaveProperty('services')
    expectTypeOf<RuleView>().not.toHaveProperty('serviceByHost')
    expectTypeOf<RuleView>().not.toHaveProperty('visibleServiceOf')
    expectTypeOf<RuleView['egressListeners'][number]>().not.toHaveProperty('services')
  })

  it('is one host or one listener', () => {
    expectTypeOf<HostSubject>().not.toHaveProperty('entry')
    expectTypeOf<HostSubject['isReached']>().parameters.toEqualTypeOf<[port: number]>()
    expectTypeOf<ListenerSubject>().not.toHaveProperty('services')
  })
})
