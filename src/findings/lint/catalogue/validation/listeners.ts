/** Causes of Sidecars, Gateways and PeerAuthentications, and of TLS settings. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const LISTENER_CAUSES = {
  'sidecar-empty': rejected(
    'A Sidecar without listeners, policy and connection pool would replace the defaults of its namespace by nothing.',
    'Add the egress hosts that are meant, or delete the object.',
  ),
  'default-endpoint-invalid': rejected(
    'Inbound traffic is handed to the workload beside the proxy, so a defaultEndpoint is a port of the local host or a ' +
      'Unix socket.',
    'Write 127.0.0.1:PORT, [::1]:PORT, 0.0.0.0:PORT for the address of the pod, or unix:// with a path.',
  ),
  'sidecar-tls-unsupported': rejected(
    'A sidecar terminates TLS with files only: credentials by name, several certificates, redirects and the modes of ' +
      'gateways are not supported.',
    'Name the files with serverCertificate, privateKey and caCertificates, in mode SIMPLE or MUTUAL.',
  ),
  'http-pool-ignored': warned(
    'The limits for HTTP requests do nothing, because the port is not HTTP.',
    'Declare the protocol of the port as HTTP, or use the tcp settings of the connection pool.',
  ),
  'egress-order': rejected(
    'The egress listener without a port takes the hosts that the others leave, so it must come last.',
    'Move it to the end of the list; there can be only one.',
  ),
  'capture-mode-invalid': rejected(
    'Traffic to a Unix socket cannot be captured with iptables.',
    'Leave captureMode out, or use NONE.',
  ),
  'egress-host-invalid': rejected(
    'An egress host is NAMESPACE/HOST: the namespace is a name, . or *, and the host is a full name, * or a wildcard ' +
      'such as *.example.com.',
    'Write ./* for the own namespace, shop/* for another one, or */orders.shop.svc.cluster.local.',
  ),
  'egress-host-duplicate': warned(
    'The host is imported already by another one of the same listener, so that one of both says nothing.',
    'Remove the narrower host, or the wider one when less is meant.',
  ),
  'outbound-policy-invalid': rejected(
    'A Sidecar has the modes REGISTRY_ONLY and ALLOW_ANY, and only the latter can send unknown traffic to an egress proxy.',
    'Set mode ALLOW_ANY together with egressProxy.',
  ),
  'gateway-name-invalid': rejected(
    'In references to a Gateway a dot separates its name from its namespace, so the name itself has none: letters, ' +
      'digits and inner hyphens, at most 63.',
    'Put hyphens in place of the dots.',
  ),
  'servers-required': rejected('A Gateway without servers listens to nothing.', 'Add a server with port and hosts.'),
  'gateway-host-invalid': rejected(
    'A host of a server is a full name, * or a wildcard with the prefix *., with or without the namespace of the ' +
      'VirtualServices before a slash.',
    'Write HOST or NAMESPACE/HOST, without scheme, port and path.',
  ),
  'https-redirect-ignored': warned(
    'Only plain HTTP requests can be redirected to HTTPS; on another port the setting does nothing.',
    'Set httpsRedirect on the server with protocol HTTP.',
  ),
  'tls-required': rejected(
    'A server with protocol HTTPS or TLS must say what becomes of the encryption.',
    'Add tls with a mode: SIMPLE with a credentialName to terminate it, PASSTHROUGH to leave it to the servers.',
  ),
  'tls-unexpected': rejected(
    'The protocol of the port is not encrypted, so the TLS settings would be ignored and traffic would be in the clear.',
    'Use protocol HTTPS or TLS, or remove the settings; a server with protocol HTTP may have httpsRedirect alone.',
  ),
  'tls-version-ciphers': warned(
    'The default cipher suites are for TLS 1.2 and later: clients with an older version find none in common.',
    'Raise minProtocolVersion to TLSV1_2, or list cipherSuites that the old version has.',
  ),
  'cipher-suite-ignored': warned(
    'istiod leaves out cipher suites that Envoy does not know, and ones that are there twice; when none is left, the ' +
      'defaults count, and nothing is restricted.',
    'Use the names of BoringSSL such as ECDHE-RSA-AES128-GCM-SHA256, each once.',
  ),
  'tls-certificate-ignored': warned(
    'In the modes that pass TLS on, the gateway shows no certificate, so that what is configured is not used.',
    'Use mode SIMPLE or MUTUAL to terminate TLS at the gateway, or remove the certificates.',
  ),
  'tls-certificate-conflict': rejected(
    'Certificates come from one place: a credential, files, or Istio itself. Two at once leave open which one counts.',
    'Keep credentialName or the files, and neither of them in mode ISTIO_MUTUAL.',
  ),
  'tls-certificate-required': rejected(
    'The mode cannot work without a certificate, its key, or the CA that verifies the other side.',
    'Name a credential, or the files that the message asks for.',
  ),
  'tls-certificates-too-many': warned(
    'A server can show two certificates, one for RSA and one for ECDSA; further ones are not used.',
    'Keep two, or give the other hosts a server of their own.',
  ),
  'tls-credential-invalid': rejected(
    'A DestinationRule can take its CA from a ConfigMap of its own namespace only.',
    'Write configmap://NAMESPACE/NAME with the namespace of the DestinationRule.',
  ),
  'tls-skip-verify-conflict': rejected(
    'insecureSkipVerify accepts every certificate, so that a CA or names to verify contradict it.',
    'Remove insecureSkipVerify to verify the server, or the settings that it would skip.',
  ),
  'port-mtls-invalid': rejected(
    'Settings for single ports need workloads that have these ports: they cannot stand in a policy for a whole ' +
      'namespace or mesh, and they name at least one port.',
    'Add a selector with labels, or use mtls for all ports.',
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
