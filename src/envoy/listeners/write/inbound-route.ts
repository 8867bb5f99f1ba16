/** Writes the routes of inbound connection managers. */
import { joinHostPort } from '../../../common/names.ts'
import { compact, durationText, type EnvoyMessage } from '../../json.ts'
import type { InboundDestination } from '../plan/inbound/chains.ts'
import type { InboundRetries } from '../plan/inbound/retries.ts'

function retryPolicy({ attempts, retryOn, statusCodes, backoff }: InboundRetries): EnvoyMessage {
  return compact({
    numRetries: attempts,
    retryOn: retryOn || undefined,
    retriableStatusCodes: statusCodes.length > 0 ? statusCodes : undefined,
    retryBackOff: backoff && { baseInterval: durationText(backoff) },
  })
}

/** A single route to the application for all requests. */
export function inboundRoutes({ cluster, host, servicePort, retries }: InboundDestination): EnvoyMessage {
  const route = compact({
    cluster,
    timeout: '0s',
    maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
    retryPolicy: retries && retryPolicy(retries),
  })
  const routes = [
    {
      name: 'default',
      match: { prefix: '/' },
      decorator: { operation: `${joinHostPort(host, servicePort)}/*` },
      route,
    },
  ]
  return {
    name: cluster,
    validateClusters: false,
    virtualHosts: [{ name: `inbound|http|${servicePort}`, domains: ['*'], routes }],
  }
}
