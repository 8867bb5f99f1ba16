import { filteredGateways, type GatewayFilter } from '../../answers/gateways/filter.ts'
import { GATEWAYS_LEVELS, gatewaysMessage } from '../../answers/gateways/message.ts'
import { gatewaysLines } from '../../answers/gateways/table.ts'
import { UserError } from '../../common/errors.ts'
import { hostFilter } from '../../common/globs.ts'
import { nearest } from '../../common/nearest.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { warningsOf } from '../../index.ts'
import type { Outcome, Session } from '../session.ts'
import { gatewaysAnswerOf } from './answer.ts'
import type { GatewaysOptions } from './options.ts'
import { loadRouters, type Routers } from './routers.ts'

/** @throws UserError when a name matches no Gateway */
function gatewayFilter(names: readonly string[], { mesh }: Routers): GatewayFilter {
  if (names.length === 0) return () => true
  const owners = mesh.snapshot.istio.gateways.map(({ meta }) => `${meta.namespace}/${meta.name}`)
  const matchers = names.map((name) => {
    const matches = hostFilter([name])
    const matcher = (owner: string) => matches(name.includes('/') ? owner : owner.slice(owner.indexOf('/') + 1))
    if (owners.some(matcher)) return matcher
    const short = owners.map((owner) => (name.includes('/') ? owner : owner.slice(owner.indexOf('/') + 1)))
    const close = nearest(name, short)
    throw new UserError(`no Gateway ${JSON.stringify(name)} in the input`, close && `did you mean ${close}?`)
  })
  return (owner) => matchers.some((matches) => matches(owner))
}

/** `vipctl gateways` */
export async function gateways(names: readonly string[], options: GatewaysOptions, session: Session): Promise<Outcome> {
  const routers = await loadRouters(options, session)
  const filter = gatewayFilter(names, routers)
  const answer = filteredGateways(gatewaysAnswerOf(routers, options.namespace || 'default'), filter)
  await session.report(warningsOf(answer.findings))
  const { output: format = 'text' } = options
  const forms: Forms = {
    lines: (width) => gatewaysLines(answer, width),
    message: () => gatewaysMessage(answer),
    levels: GATEWAYS_LEVELS,
  }
  return { output: await formatOutput(format, forms, session.target) }
}
