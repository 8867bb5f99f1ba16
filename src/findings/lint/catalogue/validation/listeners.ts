/** Causes of Sidecars, Gateways and PeerAuthentications, and of TLS settings. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const LISTENER_CAUSES = {
  'sidecar-empty': rejected(
    'A Sidecar without listeners, policy and connection pool would replace the defaults of its namespace with nothing.',
    'Add the intended egress hosts, or delete the object.',
  ),
  'default-endpoint-invalid': rejected(
    'The proxy passes inbound traffic to its own workload, so a defaultEndpoint is a port on the local host or a ' +
      'Unix socket.',
    "Write 127.0.0.1:PORT, [::1]:PORT, 0.0.0.0:PORT for the pod's address, or unix:// with a path.",
  ),
  'sidecar-tls-unsupported': rejected(
    'A sidecar can terminate TLS only with files: it does not support named credentials, several certificates, ' +
      'redirects or the modes of gateways.',
    'Set serverCertificate, privateKey and caCertificates, with mode SIMPLE or MUTUAL.',
  ),
  'http-pool-ignored': warned(
    'The limits for HTTP requests have no effect, because the port is not HTTP.',
    'Declare the protocol of the port as HTTP, or use the tcp settings of the connection pool.',
  ),
  'egress-order': rejected(
    'The egress listener without a port takes the hosts that the other listeners leave, so it must come last.',
    'Move it to the end of the list; there can be only one.',
  ),
  'capture-mode-invalid': rejected(
    'iptables cannot capture traffic to a Unix socket.',
    'Leave captureMode out, or use NONE.',
  ),
  'egress-host-invalid': rejected(
    'An egress host is NAMESPACE/HOST: the namespace is a name, . or *, and the host is a full name, * or a wildcard ' +
      'such as *.example.com.',
    "Write ./* for the Sidecar's own namespace, shop/* for another one, or */orders.shop.svc.cluster.local.",
  ),
  'egress-host-duplicate': warned(
    'Another host of the same listener already imports this host, so one of the two has no effect.',
    'Remove the narrower host, or the wider one if you want less.',
  ),
  'outbound-policy-invalid': rejected(
    'A Sidecar has the modes REGISTRY_ONLY and ALLOW_ANY, and only ALLOW_ANY can send unknown traffic to an egress ' +
      'proxy.',
    'Set mode ALLOW_ANY together with egressProxy.',
  ),
  'gateway-name-invalid': rejected(
    'A dot in a reference to a Gateway separates its name from its namespace, so the name itself cannot contain ' +
      'one. It has letters, digits and inner hyphens, at most 63.',
    'Replace the dots with hyphens.',
  ),
  'servers-required': rejected(
    'A Gateway without servers does not listen on anything.',
    'Add a server with port and hosts.',
  ),
  'gateway-host-invalid': rejected(
    'A host of a server is a full name, * or a wildcard with the prefix *., optionally with the namespace of the ' +
      'VirtualServices before a slash.',
    'Write HOST or NAMESPACE/HOST, without a scheme, port and path.',
  ),
  'https-redirect-ignored': warned(
    'Only plain HTTP requests can be redirected to HTTPS; on any other port the setting has no effect.',
    'Set httpsRedirect on the server with protocol HTTP.',
  ),
  'tls-required': rejected(
    'A server with protocol HTTPS or TLS needs settings for its TLS.',
    'Add tls with a mode: SIMPLE with a credentialName to terminate TLS, or PASSTHROUGH to leave it to the servers.',
  ),
  'tls-unexpected': rejected(
    'The protocol of the port is not encrypted, so istiod would ignore the TLS settings and traffic would be in ' +
      'plain text.',
    'Use protocol HTTPS or TLS, or remove the settings; a server with protocol HTTP may only have httpsRedirect.',
  ),
  'tls-version-ciphers': warned(
    'The default cipher suites are for TLS 1.2 and later, so clients with an older version share none of them.',
    'Raise minProtocolVersion to TLSV1_2, or list cipherSuites that the old version has.',
  ),
  'cipher-suite-ignored': warned(
    'istiod drops cipher suites that Envoy does not know, and duplicates; if none is left, the defaults apply and ' +
      'nothing is restricted.',
    'Use BoringSSL names such as ECDHE-RSA-AES128-GCM-SHA256, each once.',
  ),
  'tls-certificate-ignored': warned(
    'In the passthrough modes the gateway presents no certificate, so the configured one is not used.',
    'Use mode SIMPLE or MUTUAL to terminate TLS at the gateway, or remove the certificates.',
  ),
  'tls-certificate-conflict': rejected(
    'Certificates come from one source: a credential, files, or Istio itself. With two sources it is unclear which ' +
      'one applies.',
    'Keep either credentialName or the files, and neither of them in mode ISTIO_MUTUAL.',
  ),
  'tls-certificate-required': rejected(
    'The mode cannot work without a certificate, its key, or the CA that verifies the other side.',
    'Set a credential, or the files that the message asks for.',
  ),
  'tls-certificates-too-many': warned(
    'A server can present two certificates, one for RSA and one for ECDSA; it ignores further ones.',
    'Keep two, or give the other hosts their own server.',
  ),
  'tls-credential-invalid': rejected(
    'A DestinationRule can take its CA only from a ConfigMap in its own namespace.',
    'Write configmap://NAMESPACE/NAME with the namespace of the DestinationRule.',
  ),
  'tls-skip-verify-conflict': rejected(
    'insecureSkipVerify accepts every certificate, which contradicts a CA or names to verify.',
    'Remove insecureSkipVerify to verify the server, or the settings that it would skip.',
  ),
  'port-mtls-invalid': rejected(
    'Settings for single ports apply to workloads with these ports: they are not allowed in a policy for a whole ' +
      'namespace or mesh, and they need at least one port.',
    'Add a selector with labels, or set mtls for all ports.',
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
