/** Causes for objects of several kinds. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const GENERAL_CAUSES = {
  type: {
    severity: 'error',
    description:
      'A value does not fit its field: text where a number belongs, a name that the enum does not have, two fields ' +
      'that exclude each other. The object cannot be read at all: the API server or istiod rejects it, and the ' +
      'cluster keeps the previous version.',
    howToFix: 'Write a value of the type named in the message.',
    answersTo: ['IST0106'],
    issues: [],
  },
  schema: {
    severity: 'error',
    description:
      'The custom resource definition of the kind refuses a value: by its schema, or by a rule about several fields. ' +
      'The API server rejects the object, and the cluster keeps the previous version.',
    howToFix: 'Change the value as the message says.',
    answersTo: [],
    issues: [],
  },
  'unknown-field': rejected(
    'An Istio object has only the fields apiVersion, kind, metadata, spec and status. Another field is most ' +
      'likely a misspelled or wrongly indented part of the spec.',
    'Correct the name, or indent the field so that it is part of the spec.',
  ),
  'annotation-forbidden': rejected(
    'istiod itself sets this annotation on objects that it creates, so users may not set it; dry runs are only for ' +
      'AuthorizationPolicies.',
    'Remove the annotation.',
  ),
  'selector-invalid': rejected(
    'A selector compares labels literally, so an empty key or a wildcard could never select what it seems to.',
    'Write out the labels; to select several workloads, give them a common label.',
  ),
  'selector-without-labels': warned(
    'A selector without labels selects every workload of its namespace, which is rarely intended.',
    'Set the labels of the workloads; to select the whole namespace, leave the selector out if the kind allows it.',
  ),
  'label-invalid': rejected(
    'Labels are compared with Kubernetes labels, so a key or value that Kubernetes does not allow can never match.',
    'Use letters, digits and inner hyphens, underscores and dots, at most 63 characters; a key may have a DNS prefix.',
  ),
  'export-to-invalid': rejected(
    "exportTo lists namespaces, . for the object's own namespace, or * for all; for a ServiceEntry it may also be " +
      '~ for none. Each value occurs once, and * and ~ stand alone.',
    'Keep either * or the intended namespaces.',
  ),
  'port-range': rejected(
    'A port is a number from 1 to 65535; 0 usually means that the field is missing.',
    'Write the number of the port.',
  ),
  'port-duplicate': rejected(
    'Ports of one object are identified by name and number, and by bind address if they have one: each may occur ' +
      'only once.',
    'Remove the duplicate port, or give it a different name and number.',
  ),
  'port-name-invalid': rejected(
    'Endpoints and ports are matched by name, so each port needs a name of up to 63 letters, digits and inner hyphens.',
    'Name the port PROTOCOL-SUFFIX, such as tcp-mysql.',
  ),
  'port-required': rejected(
    'The listener, server or policy is for one port, but no port is set.',
    'Add the port with the number, name and protocol that the kind requires.',
  ),
  'protocol-unsupported': rejected(
    'The protocol decides which filters a listener has. istiod knows HTTP, HTTP2, HTTP_PROXY, GRPC, GRPC-Web, ' +
      'HTTPS, TLS, TCP, Mongo, Redis, MySQL and UDP, in upper or lower case.',
    'Set one of these protocols; TCP fits everything that is not in the list.',
  ),
  'target-port-unused': rejected(
    'The routes decide where listeners of a Sidecar or Gateway lead, so a targetPort would have no effect.',
    'Remove targetPort; set the port of the destination in the VirtualService, or defaultEndpoint in the Sidecar.',
  ),
  'bind-invalid': rejected(
    'A listener binds to an IP address, or, with the port number 0, to a Unix socket.',
    'Write an address of the proxy itself, or unix:// with a path and the port number 0.',
  ),
  'unix-path-invalid': rejected(
    'A Unix socket is an absolute path to a file, or @ and a name for an abstract socket.',
    'Write unix:///path/to/socket or unix://@name.',
  ),
  'duration-invalid': rejected(
    'Envoy measures these times in milliseconds: a duration must be at least 1ms and a whole number of milliseconds.',
    'Write a duration such as 500ms or 30s; to switch a feature off, leave the field out unless its documentation ' +
      'says otherwise.',
  ),
  'percent-range': rejected(
    'A percentage is between 0 and 100; a percentage of requests is 0 or at least 0.0001.',
    'Write a percentage from 0 to 100, without a percent sign.',
  ),
  'number-negative': rejected('A limit or count cannot be below zero.', 'Write 0 or more, or leave the field out.'),
  'regex-invalid': rejected(
    'Envoy uses RE2, which has no backreferences and no lookarounds; an expression may have at most 1024 bytes.',
    'Rewrite the expression in RE2 syntax, or use exact and prefix matches.',
    { answersTo: ['IST0106', 'IST0122'] },
  ),
  'hosts-required': rejected('Without a host the object, server or listener has no effect.', 'Add at least one host.'),
  'host-invalid': rejected(
    'A host is a domain name: labels of letters, digits and inner hyphens, of which the first may be a wildcard.',
    'Write the host name alone, without a scheme, port, path or underscore.',
  ),
  'full-wildcard': rejected(
    'The host * would take the traffic of every host in the mesh. Only Gateways, and VirtualServices bound only to ' +
      'Gateways, may have it.',
    'Use a wildcard for a domain such as *.example.com, or bind the VirtualService to a gateway.',
  ),
  'partial-wildcard': warned(
    'A wildcard replaces the whole first label of a host: *.example.com. A wildcard for part of a label works for ' +
      'HTTP hosts, but Envoy rejects it as a TLS server name, together with its listener.',
    'Use the prefix *., or list the hosts.',
  ),
  'host-duplicate': rejected(
    'Two hosts of one VirtualService are equal, or a wildcard covers the other host, so one request would match both.',
    'Remove the covered host, or move it to its own VirtualService.',
  ),
  'deprecated-field': warned(
    'The field still works, but a later version of Istio will remove it.',
    'Use the field named in the message.',
    { answersTo: ['IST0002', 'IST0133'] },
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
