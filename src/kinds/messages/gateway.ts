/** Gateway (istio.io/api networking/v1alpha3/gateway.proto). */
import { bool, enumeration, type Infer, list, map, message, optional, string, uint32 } from '../schema/index.ts'

export const Port = message('Port', {
  number: uint32,
  protocol: string,
  name: string,
  targetPort: uint32,
})
export type Port = Infer<typeof Port>

const ServerTLSSettingsTLSmode = enumeration([
  'PASSTHROUGH',
  'SIMPLE',
  'MUTUAL',
  'AUTO_PASSTHROUGH',
  'ISTIO_MUTUAL',
  'OPTIONAL_MUTUAL',
])

export const ServerTLSSettingsTLSCertificate = message('TLSCertificate', {
  serverCertificate: string,
  privateKey: string,
  caCertificates: string,
})
export type ServerTLSSettingsTLSCertificate = Infer<typeof ServerTLSSettingsTLSCertificate>

const ServerTLSSettingsTLSProtocol = enumeration(['TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'])

export const ServerTLSSettings = message('ServerTLSSettings', {
  httpsRedirect: bool,
  mode: ServerTLSSettingsTLSmode,
  serverCertificate: string,
  privateKey: string,
  caCertificates: string,
  caCrl: string,
  credentialName: string,
  credentialNames: list(string),
  caCertCredentialName: string,
  tlsCertificates: list(ServerTLSSettingsTLSCertificate),
  subjectAltNames: list(string),
  verifyCertificateSpki: list(string),
  verifyCertificateHash: list(string),
  minProtocolVersion: ServerTLSSettingsTLSProtocol,
  maxProtocolVersion: ServerTLSSettingsTLSProtocol,
  cipherSuites: list(string),
  insecureSkipVerify: optional(bool),
  ecdhCurves: list(string),
})
export type ServerTLSSettings = Infer<typeof ServerTLSSettings>

export const Server = message('Server', {
  port: optional(Port),
  bind: string,
  hosts: list(string),
  tls: optional(ServerTLSSettings),
  defaultEndpoint: string,
  name: string,
})
export type Server = Infer<typeof Server>

export const Gateway = message('Gateway', {
  servers: list(Server),
  selector: map(string),
})
export type Gateway = Infer<typeof Gateway>
