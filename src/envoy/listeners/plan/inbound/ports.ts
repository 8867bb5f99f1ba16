/** Decides which ports of the workload have inbound chains (core/listener_inbound.go). */
import { listenerName } from '../../../../common/names.ts'
import type { SidecarResource } from '../../../../kinds/index.ts'
import type { IstioIngressListener } from '../../../../kinds/messages/sidecar.ts'
import { type Protocol, parseProtocol } from '../../../../registry/protocol.ts'
import { flag } from '../../../../resources/mesh/features.ts'
import type { ProxyView, ServiceTarget } from '../../../../scope/view.ts'
import type { Origin } from '../../../explained.ts'
import { kubernetesName, type StatSubject } from '../../../policy/stat-name.ts'
import { ingressBinds, portCheck, WILDCARDS } from '../binding.ts'
import { ConflictLog, type ListenerConflict, type SkippedPort } from '../conflicts.ts'
import { ResourceOrigin, ServiceOrigin, WHY } from '../origins.ts'

/** A served port of the workload. */
export interface InboundPort {
  readonly targetPort: number
  readonly servicePort: number
  readonly portName: string
  readonly protocol: Protocol
  /** The service's host, or `SIDECAR.NAMESPACE`. */
  readonly host: string
  readonly kubernetes: StatSubject['kubernetes']
  readonly binds: readonly string[]
  readonly bindToPort: boolean
  /** The service that declares it; undefined for Sidecar ingress. */
  readonly target: ServiceTarget | undefined
  readonly sidecar: SidecarResource | undefined
  readonly origin: Origin
}

export interface InboundPlan {
  /** By target port. */
  readonly ports: readonly InboundPort[]
  readonly conflicts: readonly ListenerConflict[]
  readonly skipped: readonly SkippedPort[]
}

class InboundPlanner {
  readonly #view: ProxyView
  readonly #ports = new Map<number, InboundPort>()
  readonly #log: ConflictLog
  readonly #skipped: SkippedPort[] = []

  constructor(view: ProxyView) {
    this.#view = view
    this.#log = new ConflictLog(view)
  }

  plan(): InboundPlan {
    const ingress = this.#view.sidecar?.spec.ingress ?? []
    if (ingress.length === 0) {
      if (this.#view.proxy.interceptionMode !== 'NONE') this.#addTargets(new Set())
    } else {
      const { env } = this.#view.registry.snapshot.features
      const declared = new Set(ingress.map((listener) => listener.port?.number ?? 0))
      if (flag(env, 'PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE', false)) this.#addTargets(declared)
      this.#addIngress(ingress)
    }
    const ports = [...this.#ports.values()].sort((a, b) => a.targetPort - b.targetPort)
    return { ports, conflicts: this.#log.conflicts, skipped: this.#skipped }
  }

  /** @param declared ports that the Sidecar declares */
  #addTargets(declared: ReadonlySet<number>): void {
    const { ipMode, interceptionMode } = this.#view.proxy
    const check = portCheck(this.#view, true)
    const bindToPort = interceptionMode === 'NONE'
    const binds = WILDCARDS[ipMode]
    for (const target of this.#view.targets) {
      const { service, port, targetPort } = target
      const reason = check({ bindToPort, bind: binds[0], port: targetPort, protocol: port.protocol })
      if (reason) {
        this.#skipped.push({ service, port, reason })
        continue
      }
      if (declared.has(targetPort)) continue
      this.#claim({
        targetPort,
        servicePort: port.number,
        portName: port.name,
        protocol: port.protocol,
        host: service.hostname,
        kubernetes: kubernetesName(service),
        binds,
        bindToPort,
        target,
        sidecar: undefined,
        origin: new ServiceOrigin(service, port, WHY.inboundService),
      })
    }
  }

  #addIngress(ingress: readonly IstioIngressListener[]): void {
    const { sidecar, proxy } = this.#view
    if (!sidecar) return
    const check = portCheck(this.#view, false)
    for (const [index, { port, bind, captureMode }] of ingress.entries()) {
      if (!port) continue
      const protocol = parseProtocol(port.protocol)
      const bindToPort = captureMode === 'DEFAULT' ? proxy.interceptionMode === 'NONE' : captureMode === 'NONE'
      if (check({ bindToPort, bind, port: port.number, protocol })) continue
      this.#claim({
        targetPort: port.number,
        servicePort: port.number,
        portName: port.name,
        protocol,
        host: `${sidecar.meta.name}.${proxy.namespace}`,
        kubernetes: undefined,
        binds: bind === '' ? ingressBinds(this.#view) : [bind],
        bindToPort,
        target: undefined,
        sidecar,
        origin: new ResourceOrigin(sidecar, ['spec', 'ingress', index], WHY.inboundSidecar),
      })
    }
  }

  /** Keeps the first declaration of a port and its protocol. */
  #claim(port: InboundPort): void {
    const first = this.#ports.get(port.targetPort)
    if (!first) this.#ports.set(port.targetPort, port)
    else if (first.protocol !== port.protocol && first.host !== port.host) this.#note(first, port)
  }

  #note(first: InboundPort, later: InboundPort): void {
    if (!first.target || !later.target) return
    const bind = first.binds[0] ?? ''
    this.#log.add({
      listener: listenerName(bind, first.targetPort),
      bind,
      rule: 'inbound-protocol',
      partial: true,
      winner: first.target,
      loser: later.target,
    })
  }
}

/** The ports of a sidecar's workload, from its services or its Sidecar. */
export function planInbound(view: ProxyView): InboundPlan {
  return new InboundPlanner(view).plan()
}
