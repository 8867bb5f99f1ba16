/** `vipctl graph visibility`: which namespaces see which hosts. */
import { sidecarNamespaces } from '../../../findings/lint/index.ts'
import { styled } from '../../../formats/spans.ts'
import { type Service, serviceLocation } from '../../../registry/service.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import { placeMessage } from '../../place.ts'
import { releaseMessage } from '../../release.ts'
import type { GraphAnswer } from '../answer.ts'
import { counted } from '../builder.ts'
import { audiencesOf } from './audiences.ts'
import { drawAudiences, drawHost } from './draw.ts'
import { hostVerdicts } from './host.ts'

const serviceMessage = (service: Service): object => {
  const { hostname, exportTo, source } = service
  const { namespace, name } = source.meta
  const location = placeMessage(serviceLocation(service))
  return { kind: source.kind, namespace, name, host: hostname, exportTo: [...exportTo], location }
}

function ofHost(host: string, context: ScopeContext, all: readonly string[]) {
  const verdicts = hostVerdicts(host, context)
  return {
    ...drawHost(verdicts, all),
    data: {
      focus: host,
      verdicts: verdicts.map(({ namespaces, service, rule, why }) => ({
        namespaces,
        sees: rule === 'used',
        ...(rule !== 'used' && { rule, why }),
        host: serviceMessage(service),
      })),
    },
    remarks: [],
  }
}

function ofAll(context: ScopeContext, all: readonly string[]) {
  const audiences = audiencesOf(context)
  return {
    ...drawAudiences(audiences, all, (host) => hostVerdicts(host, context)),
    data: {
      audiences: audiences.map(({ namespaces, services }) => ({ namespaces, hosts: services.map(serviceMessage) })),
    },
    remarks: audiences.length === 0 ? ['no hosts: the mesh has neither Services nor ServiceEntries'] : [],
  }
}

/** @param host the one in focus */
export function visibilityGraph(context: ScopeContext, host: string | undefined): GraphAnswer {
  const { release } = context.registry.snapshot
  const all = sidecarNamespaces(context.registry.snapshot)
  const { graph, folded, data, remarks } = host === undefined ? ofAll(context, all) : ofHost(host, context, all)
  return {
    kind: 'visibility',
    release,
    about: [
      [styled('dim', '# proxies: '), styled('heading', `synthetic sidecars in ${counted(all.length, 'namespace')}`)],
    ],
    graph,
    notes: [...remarks, ...folded.map((text) => `folded: ${text}`)],
    message: () => ({ istio: releaseMessage(release), graph: 'visibility', namespaces: all, ...data }),
  }
}
