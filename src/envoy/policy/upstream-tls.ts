/** Which TLS a cluster speaks (pilot/pkg/networking/core/cluster_tls.go). */
import type { ClientTLSSettings } from '../../kinds/messages/destination-rule.ts'

/** The files that a proxy was given for its client certificates. */
export interface MetadataCertificates {
  readonly chain: string
  readonly key: string
  readonly root: string
}

/** What decides about a cluster's TLS besides its policy. */
export interface UpstreamPeer {
  readonly clusterName: string
  /** The default SNI of mTLS, '' for none. */
  readonly sni: string
  /** SPIFFE names and others that the servers may show. */
  readonly serviceAccounts: readonly string[]
  /** The service comes from a ServiceEntry: its accounts count for plain TLS, too. */
  readonly isEntry: boolean
  readonly meshExternal: boolean
  /** Without settings, mTLS is used where the other side takes it. */
  readonly automatic: boolean
  /** The upstream is found by the requested name, so the name to verify is only known then. */
  readonly dynamic: boolean
  /** The DestinationRule is for chosen workloads, which may hold its credentials. */
  readonly ruleHasSelector: boolean
}

/** What of the client decides. */
export interface UpstreamClient {
  readonly isSidecar: boolean
  readonly certificates: MetadataCertificates | undefined
  /** Settings for external services win over the certificates of the metadata. */
  readonly settingsForExternal: boolean
  /** Sidecars use credentials in ConfigMaps like those in their own files. */
  readonly configMapsForAll: boolean
  /** insecureSkipVerify has an effect on mTLS, too. */
  readonly skipsVerification: boolean
  /** Without an SNI of the policy, it is the requested host. */
  readonly setsSniByHost: boolean
  resourceOfCredential(name: string): string
}

export interface UpstreamTls {
  readonly mode: 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL'
  /** mTLS only to endpoints that take it. */
  readonly detected: boolean
  readonly sni: string
  readonly subjectAltNames: readonly string[]
  readonly clientCertificate: string
  readonly privateKey: string
  readonly caCertificates: string
  readonly caCrl: string
  readonly credentialName: string
  readonly insecureSkipVerify: boolean
  /** SNI and verified name follow the requested host. */
  readonly autoSni: boolean
  readonly autoSanValidation: boolean
}

/** What TLS is made of before the special cases: the policy's settings, or those that stand for them. */
type Settings = Pick<
  ClientTLSSettings,
  | 'mode'
  | 'sni'
  | 'subjectAltNames'
  | 'clientCertificate'
  | 'privateKey'
  | 'caCertificates'
  | 'caCrl'
  | 'credentialName'
  | 'insecureSkipVerify'
>

const NO_FILES = { clientCertificate: '', privateKey: '', caCertificates: '', caCrl: '', credentialName: '' }

function mutualByMetadata(
  files: MetadataCertificates,
  subjectAltNames: readonly string[],
  sni: string,
  insecureSkipVerify: boolean | undefined,
): Settings {
  const { chain: clientCertificate, key: privateKey, root: caCertificates } = files
  return {
    ...NO_FILES,
    mode: 'MUTUAL',
    clientCertificate,
    privateKey,
    caCertificates,
    subjectAltNames,
    sni,
    insecureSkipVerify,
  }
}

function istioMutual(subjectAltNames: readonly string[], sni: string, insecureSkipVerify?: boolean): Settings {
  return { ...NO_FILES, mode: 'ISTIO_MUTUAL', subjectAltNames, sni, insecureSkipVerify }
}

/** The policy's own settings, completed. */
function statedSettings(settings: ClientTLSSettings, peer: UpstreamPeer, client: UpstreamClient): Settings {
  const { mode, sni, subjectAltNames } = settings
  if (mode === 'DISABLE' || mode === 'SIMPLE') return settings
  const insecureSkipVerify = client.skipsVerification ? settings.insecureSkipVerify : undefined
  if (client.certificates) {
    if (client.settingsForExternal && peer.meshExternal) return settings
    return mutualByMetadata(client.certificates, subjectAltNames, sni, insecureSkipVerify)
  }
  if (mode === 'MUTUAL') return settings
  const names = subjectAltNames.length > 0 ? subjectAltNames : peer.serviceAccounts
  return istioMutual(names, sni || peer.sni, insecureSkipVerify)
}

function automaticSettings(peer: UpstreamPeer, client: UpstreamClient): Settings | undefined {
  if (!peer.automatic) return undefined
  const { serviceAccounts, sni } = peer
  return client.certificates
    ? mutualByMetadata(client.certificates, serviceAccounts, sni, undefined)
    : istioMutual(serviceAccounts, sni)
}

/** Credentials in a ConfigMap are no secret. */
const CONFIG_MAP = 'configmap://'

/** A sidecar gets no credentials that other sidecars with the same rule could not read. */
function mayUseCredential({ credentialName }: Settings, peer: UpstreamPeer, client: UpstreamClient): boolean {
  const isOpen = !credentialName || (client.configMapsForAll && credentialName.startsWith(CONFIG_MAP))
  return isOpen || !client.isSidecar || peer.ruleHasSelector
}

function plainTls(
  mode: 'SIMPLE' | 'MUTUAL',
  settings: Settings,
  peer: UpstreamPeer,
  { setsSniByHost, resourceOfCredential }: UpstreamClient,
): UpstreamTls {
  const { sni, subjectAltNames } = settings
  const insecureSkipVerify = settings.insecureSkipVerify ?? false
  const autoSni = sni === ''
  const verifiable = peer.dynamic || (autoSni && subjectAltNames.length === 0)
  const names = subjectAltNames.length === 0 && peer.isEntry ? peer.serviceAccounts : subjectAltNames
  return {
    ...settings,
    mode,
    detected: false,
    credentialName: resourceOfCredential(settings.credentialName),
    subjectAltNames: names,
    insecureSkipVerify,
    autoSni: autoSni && setsSniByHost,
    autoSanValidation: verifiable && !insecureSkipVerify && setsSniByHost,
  }
}

function meshTls(settings: Settings, peer: UpstreamPeer, detected: boolean): UpstreamTls {
  const insecureSkipVerify = settings.insecureSkipVerify ?? false
  return {
    ...settings,
    mode: 'ISTIO_MUTUAL',
    detected,
    sni: settings.sni || (peer.dynamic ? '' : peer.clusterName),
    insecureSkipVerify,
    autoSni: peer.dynamic && settings.sni === '',
    autoSanValidation: peer.dynamic && !insecureSkipVerify,
  }
}

/** Decides on a cluster's TLS; undefined for none. */
export function upstreamTls(
  settings: ClientTLSSettings | undefined,
  peer: UpstreamPeer,
  client: UpstreamClient,
): UpstreamTls | undefined {
  const effective = settings ? statedSettings(settings, peer, client) : automaticSettings(peer, client)
  if (!effective || effective.mode === 'DISABLE') return undefined
  if (effective.mode === 'ISTIO_MUTUAL') return meshTls(effective, peer, settings === undefined)
  if (!mayUseCredential(effective, peer, client)) return undefined
  const { mode, credentialName, clientCertificate, privateKey } = effective
  const lacksFiles = mode === 'MUTUAL' && !credentialName && (!clientCertificate || !privateKey)
  return lacksFiles ? undefined : plainTls(mode, effective, peer, client)
}
