/** Rules about Gateways and what is bound to them, decided from what the routers serve. */
import type { Catalogue } from '../rule.ts'

export const GATEWAY_ENTRIES = {
  'gateway-missing': {
    severity: 'error',
    title: 'A VirtualService is bound to a Gateway that does not exist',
    description:
      'gateways of a VirtualService names a Gateway that is not in the input. A name without a namespace means the ' +
      'namespace of the VirtualService. No gateway serves its routes, and without mesh in the list sidecars do not ' +
      'follow them either. The rule ignores other namespaces of which the input has no Gateway. If the input has no ' +
      "Gateway at all, it reports only names in the VirtualService's own namespace, as warnings, and only if the " +
      'input has Services or workloads of that namespace.',
    howToFix: 'Write NAMESPACE/NAME of the Gateway; add mesh to gateways if sidecars are meant to use the routes too.',
    answersTo: ['IST0101', 'KIA1102'],
    issues: [],
  },
  'virtual-service-not-bound': {
    severity: 'error',
    title: 'A Gateway does not take the hosts of a VirtualService',
    description:
      'The Gateway exists, but it serves nothing of the VirtualService: no server has any of its hosts (a server host ' +
      'NAMESPACE/HOST takes VirtualServices of that namespace only), the servers with its hosts need rules of another ' +
      'kind (http where TLS ends, tls for PASSTHROUGH, tcp for TCP), or exportTo hides it from the namespace of the ' +
      'router. Requests get 404, or connections are closed. The finding is a warning if only some of its hosts are ' +
      'missing in all of its Gateways.',
    howToFix: 'Make a host of the VirtualService and a host of the server match, or bind it to another Gateway.',
    answersTo: ['IST0132'],
    issues: [],
  },
  'gateway-selects-nothing': {
    severity: 'warning',
    title: 'A Gateway selects no router',
    description:
      'No router of the input has the labels that the Gateway selects, though one has nearly the same label or the ' +
      'Gateway is in a namespace with a router of other labels. Nothing listens on its ports. A Gateway whose router ' +
      'may come from somewhere else, such as the installation, is not reported.',
    howToFix: 'Select labels that the pods of the router have.',
    answersTo: ['IST0101', 'KIA0302'],
    issues: [],
  },
  'gateway-left-out': {
    severity: 'warning',
    title: 'A router of the Gateway API ignores a Gateway of Istio that selects it',
    description:
      'istiod deploys a router for each Gateway of the Gateway API. From 1.31 on, such a router takes Gateways of Istio ' +
      '(networking.istio.io) only from the namespace of its own Gateway. Others may select its labels, but get no ' +
      'listener there, and no status says so. A Gateway that another router serves is not reported.',
    howToFix:
      'Move the Gateway into the namespace of the router, write its servers as listeners of the Gateway of the Gateway ' +
      'API, or set PILOT_ENABLE_STRICT_GATEWAY_MERGING=false for istiod.',
    answersTo: [],
    issues: [],
  },
  'gateway-server-conflict': {
    severity: 'error',
    title: 'Servers of one router exclude each other',
    description:
      'Two servers need the same port of a router: both have TLS for one host, one is plain text and the other not ' +
      'HTTP or not plain text, or both would have the same route name. The older Gateway wins, and the other server is ' +
      'left out with all of its hosts. Two tls rules may ask for one server name, or two filter chains may match the ' +
      'same connections: then Envoy rejects the listener, and the port keeps its old configuration. Several HTTP ' +
      'servers of a port are fine: they share their routes.',
    howToFix:
      'Give the hosts to one server, use different ports, or select different routers. Name ports differently if only ' +
      'their route names collide.',
    answersTo: ['IST0145', 'KIA0301'],
    issues: [],
  },
  'gateway-certificate-shared': {
    severity: 'warning',
    title: 'Two servers present one certificate for different hosts',
    description:
      'Two HTTPS servers of one port and router use the same credential, and each has routes of its own. Browsers reuse ' +
      'an HTTP/2 connection for every host that the certificate covers, so a request for one host arrives on a ' +
      'connection of the other, whose routes do not know it: it gets 404, depending on which site was opened first.',
    howToFix:
      'Put the hosts into one server of one Gateway, to which all VirtualServices are bound, or use a certificate for ' +
      'each host.',
    answersTo: ['IST0138'],
    issues: [28305, 20425, 13589],
  },
  'gateway-credential-missing': {
    severity: 'warning',
    title: 'The Secret of a server is not there',
    description:
      "credentialName names a Secret that the router's namespace does not have. The rule runs if the input has Secrets " +
      'of that namespace or a Secret of this name in another one, and it knows the Secrets that cert-manager, External ' +
      'Secrets, Sealed Secrets and Vault make. Without the Secret the server accepts no connection.',
    howToFix: 'Create the Secret in the namespace of the router: that is where it is read, not where the Gateway is.',
    answersTo: ['IST0101', 'IST0161'],
    issues: [],
  },
  'gateway-port-privileged': {
    severity: 'error',
    title: 'A router cannot listen on a port below 1024',
    description:
      'The router states that its pod is not privileged (ISTIO_META_UNPRIVILEGED_POD), so istiod makes no listener for ' +
      'ports below 1024, and nothing answers on the port of the server.',
    howToFix: 'Use a higher port in the Gateway, or let the Service of the router map the port to a higher targetPort.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
