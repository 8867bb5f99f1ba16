/** Rules about references to missing objects, and about misleading values. */
import type { Catalogue } from '../rule.ts'

export const REFERENCE_ENTRIES = {
  'export-to-unknown-namespace': {
    severity: 'error',
    title: 'exportTo names a namespace that does not exist',
    description:
      'exportTo of a ServiceEntry, VirtualService, DestinationRule or Service names a namespace that is not in the ' +
      'input. The rule runs only if the input has Namespace objects, and it knows the namespaces that every cluster ' +
      'has. The intended proxies do not see the object, and istiod does not report it.',
    howToFix:
      "Correct the name, or add the namespace to the input; . means the object's own namespace and * all namespaces.",
    answersTo: ['KIA0005'],
    issues: [],
  },
  'sidecar-host-unmatched': {
    severity: 'warning',
    title: 'An egress host of a Sidecar imports nothing',
    description:
      "No service that the Sidecar's namespace may see has the host (on the port of the egress listener, if it has " +
      'one), and no VirtualService has it either. A host for everything in a namespace (NAMESPACE/*) is accepted ' +
      'even if nothing is there. Workloads with the Sidecar do not know the intended service: their traffic to it is ' +
      'passed through as unknown, or blocked if the mode is REGISTRY_ONLY. Hosts that may be elsewhere are reported ' +
      'only with --strict, as info.',
    howToFix:
      'Correct the namespace or the host (the full name of a Service is NAME.NAMESPACE.svc.cluster.local), export ' +
      'the service to the namespace, or remove the egress host.',
    answersTo: ['KIA1004'],
    issues: [],
  },
  'destination-host-unknown': {
    severity: 'error',
    title: 'A VirtualService or DestinationRule refers to a host or subset that does not exist',
    description:
      'A VirtualService routes to a host or subset that no service visible to its namespace and to its Gateways has, ' +
      'or a DestinationRule is for a host that no service has. istiod still sends the route: it leads to a cluster ' +
      'that does not exist, and requests get 503 with the response flag NC. The DestinationRule has no effect. A host ' +
      'of a namespace without any Service or workload in the input may be elsewhere: it is reported only with ' +
      '--strict, as info. The same holds for the namespaces of istiod and of charts that the input installs.',
    howToFix:
      'Correct the host: a short name is completed with the namespace of the object that contains it. Add the ' +
      'missing ServiceEntry or subset, or export the service to the namespace. If the host is in another repository, ' +
      'list it under knownHosts or knownNamespaces of .vipctl.yaml.',
    answersTo: ['IST0101', 'IST0174', 'KIA0202', 'KIA1101', 'KIA1107'],
    issues: [],
  },
  'selector-matches-nothing': {
    severity: 'warning',
    title: 'A selector matches no workload',
    description:
      'The selector of a Service or a policy (AuthorizationPolicy, RequestAuthentication, PeerAuthentication, Telemetry, ' +
      'ProxyConfig, WasmPlugin or TrafficExtension), or the workloadSelector of a ServiceEntry, Sidecar or ' +
      'DestinationRule, matches no ' +
      'workload of its namespace: no Pod, no pod template of a Deployment or another controller, no WorkloadEntry or ' +
      'WorkloadGroup. Requests to such a service get 503 with the response flag UH; any other object has no ' +
      'effect. If files have no workloads of the namespace, they are elsewhere: the rule reports such selectors ' +
      'only with --strict, as info, and only if the files have other workloads.',
    howToFix: "Fix the selector or the labels. Note that a Deployment's own labels are not the labels of its pods.",
    answersTo: ['IST0127', 'KIA0004', 'KIA1201'],
    issues: [],
  },
  'telemetry-provider-missing': {
    severity: 'warning',
    title: 'A Telemetry names a provider that does nothing for it',
    description:
      'Providers are extensionProviders of the mesh configuration, found by their names without regard to case. The ' +
      'mesh configuration has no provider of this name, or one of another type (logs, traces and metrics have their ' +
      'own), or the Service of the provider does not exist. istiod leaves the provider out without a message: there ' +
      'are no logs, traces or metrics, or those of the mesh configuration. The rule runs only if the input has the ' +
      'mesh configuration.',
    howToFix: 'Correct the name, or add the provider to the mesh configuration; service is the full name of the host.',
    answersTo: ['IST0157'],
    issues: [],
  },
  'general-object-ignored': {
    severity: 'warning',
    title: 'Only the oldest of several objects for a whole namespace applies',
    description:
      'A Telemetry without a selector and targets, or a ProxyConfig without a selector, is for all workloads of its ' +
      'namespace, or of the mesh in the root namespace. istiod takes the oldest one, by name if they are equally old, ' +
      'and ignores the others.',
    howToFix: 'Merge the objects, or give the others a selector.',
    answersTo: ['IST0160', 'KIA0002'],
    issues: [],
  },
  'multicluster-inconsistent': {
    severity: 'warning',
    title: 'A Service differs between clusters',
    description:
      'Clusters that have a Service with the same name and namespace disagree on its ports, its type, or whether it ' +
      'has a cluster IP. istiod makes one service of all of them: the definition in the first cluster wins, and the ' +
      'others only add endpoints. Ports that only another cluster has do not exist for any proxy.',
    howToFix: 'Deploy the same Service to all clusters.',
    answersTo: ['IST0170'],
    issues: [],
  },
  'unknown-kind': {
    severity: 'error',
    title: 'An object of a kind or version that does not exist',
    description:
      'The apiVersion and kind of an object name a kind of Istio, of the Gateway API or of Kubernetes that does not ' +
      'exist: the kind or the version is misspelled, or the object has only one of apiVersion and kind. No API server ' +
      'takes the object, so everything that it should do is missing. vipctl leaves it out.',
    howToFix: 'Correct the name, or add the missing apiVersion or kind.',
    answersTo: [],
    issues: [],
  },
  'duplicate-object': {
    severity: 'error',
    title: 'The input has an object more than once',
    description:
      'Two objects have the same kind, namespace and name. Within a file, which is applied as a whole, the later one ' +
      'wins and the earlier one is lost: that is an error if they differ. In several files they are mostly variants, ' +
      'such as environments or samples side by side; then it is info, and all findings are about the one that is read ' +
      'last. Many objects of the same folders are one finding.',
    howToFix:
      'Remove one of the two. Check variants one by one: name the files, leave the others out with exclude, or list ' +
      'them as environments in .vipctl.yaml.',
    answersTo: [],
    issues: [],
  },
  'unknown-field': {
    severity: 'warning',
    title: 'A field that does not exist',
    description:
      'An Istio object has a spec field that does not exist in the API, or a Service or EndpointSlice has a field ' +
      'that Kubernetes does not know: a misspelled name, wrong indentation, or a field of another version. The API ' +
      'server rejects the object if fields are validated strictly, as kubectl does by default. If they are not, as ' +
      'with many deployment tools, it silently drops the field, and istiod uses the default of the intended field. ' +
      'Unknown fields next to the spec of an Istio object are reported by invalid-unknown-field.',
    howToFix: 'Correct the name or the indentation, or remove the field.',
    answersTo: [],
    issues: [],
  },
  'name-refused': {
    severity: 'error',
    title: 'A name that the API server refuses',
    description:
      'The name or the namespace of an object, or the name of a port of a Service, has characters that Kubernetes does ' +
      'not allow there: capitals, underscores, or, for Services, dots and a digit at the start. No API server takes the ' +
      'object. vipctl computes with it as it is written.',
    howToFix: 'Use lower-case letters, digits and hyphens, with a letter or digit at both ends.',
    answersTo: [],
    issues: [],
  },
  'value-not-filled-in': {
    severity: 'info',
    title: 'A file with values that are not filled in yet',
    description:
      'Objects of the file have placeholders that a template, a pipeline or a GitOps controller fills in later: ' +
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of manifests
      '${VAR}, $(VAR) or {{ }}. istiod would reject many of them, but it never sees them. So vipctl leaves out all ' +
      'findings about such values, and reports the file once.',
    howToFix:
      'Lint what is applied: the output of envsubst, helm template, kustomize build or flux build. Or exclude the file.',
    answersTo: [],
    issues: [],
  },
  'yaml-type-surprise': {
    severity: 'warning',
    title: 'YAML reads a value differently from how it looks',
    description:
      'Kubernetes reads YAML 1.1, in which y, on and off are booleans, 1.10 is the number 1.1 and 0443 is octal. If ' +
      'the field needs a string, the object is rejected, and the finding is an error. A key or a number that changes ' +
      'its value is accepted silently: a label named on becomes true, a port 0443 becomes 291.',
    howToFix: 'Quote the value; write numbers without leading zeros.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
