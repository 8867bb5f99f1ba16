/** Causes that objects of several kinds can have. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const GENERAL_CAUSES = {
  type: {
    severity: 'error',
    description:
      'A value does not fit its field: a text where a number belongs, a name that an enum does not have, two fields of ' +
      'which only one may be set. The object cannot be read at all: the API server or istiod rejects it, and what the ' +
      'cluster had before stays.',
    howToFix: 'Write a value of the type that the message names.',
    answersTo: ['IST0106'],
    issues: [],
  },
  'unknown-field': rejected(
    'Beside apiVersion, kind, metadata, spec and status an Istio object has no fields. What stands there is most ' +
      'likely a misspelled or wrongly indented part of the spec.',
    'Correct the name, or indent the field so that it is part of the spec.',
  ),
  'annotation-forbidden': rejected(
    'The annotation is how istiod marks objects that it makes itself, so users may not set it; dry runs are for ' +
      'AuthorizationPolicies alone.',
    'Remove the annotation.',
  ),
  'selector-invalid': rejected(
    'A selector compares labels literally. With an empty key or a wildcard it could never select what it seems to.',
    'Write out the labels, and give workloads a common label where several are meant.',
  ),
  'selector-without-labels': warned(
    'A selector without labels selects every workload of its namespace, which is rarely what a selector is written for.',
    'Name the labels of the workloads; to mean the whole namespace, leave the selector out where the kind allows it.',
  ),
  'label-invalid': rejected(
    'Labels are compared with those of Kubernetes, so a key or value that Kubernetes does not allow could match nothing.',
    'Use letters, digits and inner hyphens, underscores and dots, at most 63 characters; a key may have a DNS prefix.',
  ),
  'export-to-invalid': rejected(
    'exportTo lists namespaces, . for the own one, or * for all; a ServiceEntry may also be for nobody (~). Each is named once, ' +
      'and * and ~ stand alone.',
    'Leave one meaning: either * or the namespaces that are meant.',
  ),
  'port-range': rejected(
    'A port is a number from 1 to 65535; 0 is what a forgotten field holds.',
    'Write the number of the port.',
  ),
  'port-duplicate': rejected(
    'Ports of one object are told apart by name and number, and by bind address where they have one: each may be there ' +
      'only once.',
    'Remove the port that is there twice, or give it a name and number of its own.',
  ),
  'port-name-invalid': rejected(
    'Endpoints are joined to ports by name, so that each port needs one: up to 63 letters, digits and inner hyphens.',
    'Name the port PROTOCOL-SUFFIX, such as tcp-mysql.',
  ),
  'port-required': rejected(
    'The listener, server or policy is for one port, and none is named.',
    'Add the port with its number, name and protocol as the kind asks for.',
  ),
  'protocol-unsupported': rejected(
    'The protocol decides which filters a listener has. istiod knows HTTP, HTTP2, HTTP_PROXY, GRPC, GRPC-Web, HTTPS, ' +
      'TLS, TCP, Mongo, Redis, MySQL and UDP, in any case of letters.',
    'Name the protocol by which the traffic is to be treated; TCP fits everything that is not in the list.',
  ),
  'target-port-unused': rejected(
    'Listeners of a Sidecar or Gateway lead to what routes say, so a targetPort would have no effect.',
    'Remove targetPort; set the port of the destination in the VirtualService, or defaultEndpoint in the Sidecar.',
  ),
  'bind-invalid': rejected(
    'A listener binds to an IP address, or, with the port number 0, to a Unix socket.',
    'Write an address of the proxy itself, or unix:// with a path and the port number 0.',
  ),
  'unix-path-invalid': rejected(
    'A Unix socket is named by an absolute path to a file, or by @ and a name for an abstract one.',
    'Write unix:///path/to/socket or unix://@name.',
  ),
  'duration-invalid': rejected(
    'Envoy counts these times in milliseconds: a duration must be at least 1ms and in whole milliseconds.',
    'Write a duration such as 500ms or 30s; to switch something off, leave it out unless its field says otherwise.',
  ),
  'percent-range': rejected(
    'A percentage is between 0 and 100; of requests it is 0, or at least 0.0001.',
    'Write a percentage from 0 to 100, without the sign %.',
  ),
  'number-negative': rejected('A limit or count cannot be below zero.', 'Write 0 or more, or leave the field out.'),
  'regex-invalid': rejected(
    'Envoy matches with RE2, which has no backreferences and no lookarounds; an expression may have 1024 bytes.',
    'Rewrite the expression in the syntax of RE2, or use exact and prefix matches.',
    { answersTo: ['IST0106', 'IST0122'] },
  ),
  'hosts-required': rejected(
    'Without a host the object, server or listener would be for nothing.',
    'Name at least one host.',
  ),
  'host-invalid': rejected(
    'A host is a domain name: labels of letters, digits and inner hyphens, the first of which may be a wildcard.',
    'Write the host name alone, without a scheme, port, path or underscore.',
  ),
  'full-wildcard': rejected(
    'The host * would take the traffic of every host that the mesh knows. Only Gateways and the VirtualServices that ' +
      'are bound to them alone may have it.',
    'Use a wildcard for a domain such as *.example.com, or bind the VirtualService to a gateway.',
  ),
  'partial-wildcard': warned(
    'A wildcard is the whole first part of a host: *.example.com. One that is only a piece of it fits HTTP hosts, but ' +
      'as the server name of a TLS connection Envoy refuses it together with its listener.',
    'Use the prefix *., or name the hosts.',
  ),
  'host-duplicate': rejected(
    'Two hosts of one VirtualService are equal, or a wildcard covers the other one, so that one request would belong ' +
      'to both.',
    'Remove the host that is covered, or put it into a VirtualService of its own.',
  ),
  'deprecated-field': warned(
    'The field still works and will be gone in a later version of Istio.',
    'Use the field that the message names.',
    { answersTo: ['IST0002', 'IST0133'] },
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
