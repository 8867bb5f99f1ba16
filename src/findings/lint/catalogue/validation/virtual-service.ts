/** Causes of VirtualServices. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const VIRTUAL_SERVICE_CAUSES = {
  'delegate-invalid': rejected(
    'A VirtualService without hosts is one that others delegate to: it has HTTP routes alone, takes gateways from ' +
      'the root, and cannot delegate further.',
    'Add hosts when it is meant to stand alone; else remove gateways, tls and tcp routes.',
  ),
  'gateway-reference-invalid': rejected(
    'A gateway is referred to as NAMESPACE/NAME, or by its name in the same namespace; mesh stands for all sidecars.',
    'Write NAMESPACE/NAME.',
  ),
  'gateway-reference-legacy': warned(
    'The dotted form NAME.NAMESPACE is read as before, and looks like a host name to everybody else.',
    'Write NAMESPACE/NAME.',
    { answersTo: ['IST0133', 'KIA1108'] },
  ),
  'claim-needs-gateway': rejected(
    'Claims of a token are known where a RequestAuthentication verified it before routing: at gateways. Sidecars of ' +
      'clients do not have them.',
    'Bind the VirtualService to gateways only.',
  ),
  'routes-required': rejected(
    'A VirtualService without http, tls and tcp routes would take its hosts and lead nowhere.',
    'Add a route; a wrong indentation of http is the usual reason.',
    { answersTo: ['IST0106', 'KIA1103'] },
  ),
  'route-action-required': rejected(
    'A rule says what becomes of a request: a route, a redirect or a direct response; TLS and TCP rules have a route.',
    'Add a destination, or indent the route so that it belongs to the rule.',
  ),
  'route-action-conflict': rejected(
    'A request is routed, redirected, answered or delegated, not two of these; and what changes a request on its way ' +
      'makes no sense when it is not sent.',
    'Leave one action, and put the other into a rule of its own.',
  ),
  'match-required': rejected(
    'A rule for TLS chooses by the SNI of the connection, so that it needs a match with sniHosts.',
    'Add the match; traffic that is to be taken without SNI belongs into a tcp rule.',
  ),
  'match-invalid': rejected(
    'An empty prefix, or a source namespace that is no name, would never be what it seems.',
    'Write the prefix, or leave the condition out.',
  ),
  'sni-host-invalid': rejected(
    'SNI hosts are a part of the hosts of the VirtualService: each is a domain name that one of them covers.',
    'Add the name to hosts, or correct it.',
  ),
  'sni-host-ip': warned(
    'Clients send no SNI when they connect to an IP address, so the match never takes effect.',
    'Match destinationSubnets in a tcp rule, or use the name that clients connect to.',
  ),
  'header-name-invalid': rejected(
    'Envoy refuses names that HTTP does not allow, and changes of pseudo headers and Host other than by rewriting the ' +
      'authority.',
    'Use a header name of letters, digits and hyphens; rewrite.authority changes the host.',
  ),
  'header-value-invalid': rejected(
    'Envoy reads % in a header value as the beginning of a variable such as %PROTOCOL%, and refuses the whole ' +
      'configuration when it does not end; control characters are refused too.',
    'Write %% for a percent sign.',
  ),
  'authority-conflict': rejected(
    'The authority of a request can be set in one place: by rewrite.authority or by one header.',
    'Remove one of them.',
  ),
  'cors-invalid': rejected(
    'An allowed origin must not be empty, methods are those of HTTP, and maxAge is in whole seconds.',
    'Correct the value that the message names.',
  ),
  'fault-invalid': rejected(
    'A fault is a delay or an abort; exponential delays and HTTP/2 errors are not supported.',
    'Use fixedDelay, httpStatus or grpcStatus.',
  ),
  'status-invalid': rejected(
    'A response that a proxy makes up has an HTTP status from 200 to 600, or a gRPC status by its name.',
    'Write such a status.',
  ),
  'redirect-invalid': rejected(
    'A redirect changes something of the address (uri or prefixRewrite, authority, scheme http or https, port), its ' +
      'code is from 300 to 399, and prefixRewrite needs matches by prefix.',
    'Complete the redirect, or leave one of the fields that exclude each other.',
  ),
  'rewrite-invalid': rejected(
    'A rewrite sets a uri, the authority, or a uri by a regular expression with match and rewrite; uri and ' +
      'uriRegexRewrite exclude each other.',
    'Leave one of both, and complete it.',
  ),
  'retry-invalid': rejected(
    'The conditions in retryOn are those of Envoy or statuses, separated by commas without spaces; with 0 attempts ' +
      'there is nothing else to set.',
    'Correct the condition, or set attempts.',
  ),
  'body-too-large': {
    severity: 'error',
    description:
      'The body of a direct response is a part of the routes that every proxy is sent and keeps. Above 100 KiB istiod ' +
      'warns, above 1 MiB its admission webhook rejects the object.',
    howToFix: 'Serve large contents from a server, and answer with a redirect to it.',
    answersTo: ['IST0106', 'IST0133'],
    issues: [],
  },
  'body-not-base64': rejected(
    'Bytes in JSON are written in base64.',
    'Encode the body, or use the field string for text.',
  ),
  'destination-required': rejected(
    'A route or mirror is for one destination, and none is named.',
    'Add destination with a host.',
  ),
  'destination-invalid': rejected(
    'A destination is the host of a service as the registry knows it: a domain name or a short name.',
    'Write the host alone: the port belongs into port.number, and there is no scheme.',
  ),
  'weight-invalid': rejected(
    'Weights share the traffic among destinations, so that they are not negative and not all 0.',
    'Give the destinations weights that add up to 100.',
  ),
  'rule-unreachable': warned(
    'Rules are tried in their order, and an earlier one takes everything that this one could match.',
    'Put rules without a match last, or remove the rule.',
    { answersTo: ['IST0130'] },
  ),
  'match-ineffective': warned(
    'Rules are tried in their order, and an earlier one has the same match or a wider prefix.',
    'Put the longer prefix first, or remove the match.',
    { answersTo: ['IST0131'] },
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
