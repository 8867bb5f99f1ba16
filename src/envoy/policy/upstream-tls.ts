/** The TLS settings of a cluster (pilot/pkg/networking/core/cluster_tls.go). */
import type { ClientTLSSettings } from '../../kinds/messages/destination-rule.ts'

/** The files of a proxy's client certificates. */
export interface MetadataCertificates {
  readonly chain: string
  readonly key: string
  readonly root: string
}

/** The service's properties that decide a cluster's TLS, besides its policy. */
export interface UpstreamPeer {
  readonly clusterName: string
  /** The default SNI of mTLS, '' for none. */
  readonly sni: string
  /** SPIFFE and other names that the servers may have. */
  readonly serviceAccounts: readonly string[]
  /** The service comes from a ServiceEntry, so its accounts also apply to plain TLS. */
  readonly isEntry: boolean
  readonly meshExternal: boolean
  /** Without settings, mTLS is used if the other side supports it. */
  readonly automatic: boolean
  /** The upstream is found by the requested name, so the name to verify is known only then. */
  readonly dynamic: boolean
  /** The DestinationRule selects workloads, which may have access to its credentials. */
  readonly ruleHasSelector: boolean
}

/** The client's properties that decide a cluster's TLS. */
export interface UpstreamClient {
  readonly isSidecar: boolean
  readonly certificates: MetadataCertificates | undefined
  /** Settings for external services override the certificates in the metadata. */
  readonly settingsForExternal: boolean
  /** Sidecars may use credentials in ConfigMaps. */
  readonly configMapsForAll: boolean
  /** insecureSkipVerify also applies to mTLS. */
  readonly skipsVerification: boolean
  /** Without an SNI in the policy, the SNI is the requested host. */
  readonly setsSniByHost: boolean
  resourceOfCredential(name: string): string
}

export interface UpstreamTls {
  readonly mode: 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL'
  /** mTLS is used only for endpoints that support it. */
  readonly detected: boolean
  readonly sni: string
  readonly subjectAltNames: readonly string[]
  readonly clientCertificate: string
  readonly privateKey: string
  readonly caCertificates: string
  readonly caCrl: string
  readonly credentialName: string
  readonly insecureSkipVerify: boolean
  /** SNI and verified name are the requested host. */
  readonly autoSni: boolean
  readonly autoSanValidation: boolean
}

/** TLS settings before the special cases: the policy's, or those used without a policy. */
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

/** Credentials in a ConfigMap are not secret. */
const CONFIG_MAP = 'configmap://'

/** A sidecar may not use credentials that other sidecars with the same rule cannot read. */
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

/** Decides a cluster's TLS; undefined for none. */
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
