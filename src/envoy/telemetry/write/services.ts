/** Writes the services that logs and spans go to. */
import { compact, durationText, type EnvoyMessage, unlessEmpty } from '../../json.ts'
import type { GrpcServicePlan, Header, HttpServicePlan } from '../plan/tracers.ts'

/** @param authority undefined to send none */
export const grpcService = (clusterName: string, authority: string | undefined): EnvoyMessage => ({
  envoyGrpc: compact({ clusterName, authority }),
})

/** Empty values are not sent. */
const headerValue = ({ name, value }: Header): EnvoyMessage =>
  compact({ key: name || undefined, value: value || undefined })

/** With the timeout and the metadata that spans are sent with. */
export const spanService = ({ cluster, host, timeout, metadata }: GrpcServicePlan): EnvoyMessage =>
  compact({
    ...grpcService(cluster, host),
    timeout: durationText(timeout),
    initialMetadata: unlessEmpty(metadata.map(headerValue)),
  })

export const httpService = ({ uri, cluster, timeout, headers }: HttpServicePlan): EnvoyMessage =>
  compact({
    httpUri: compact({ uri, cluster, timeout: durationText(timeout) }),
    requestHeadersToAdd: unlessEmpty(
      headers.map((header) => ({ header: headerValue(header), appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' })),
    ),
  })
