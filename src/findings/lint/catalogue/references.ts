/** Rules about references that lead nowhere, and about values that are not what they look like. */
import type { Catalogue } from '../rule.ts'

export const REFERENCE_ENTRIES = {
  'export-to-unknown-namespace': {
    severity: 'error',
    title: 'exportTo names a namespace that does not exist',
    description:
      'exportTo of a ServiceEntry, VirtualService, DestinationRule or Service names a namespace that the input does ' +
      'not have. It is looked for only where the input has Namespace objects, and namespaces that every cluster has ' +
      'are known. The proxies that are meant do not see the object, and istiod says nothing about it.',
    howToFix: 'Correct the name, or add the namespace to the input; . stands for the own namespace and * for all.',
    answersTo: ['KIA0005'],
    issues: [],
  },
  'sidecar-host-unmatched': {
    severity: 'warning',
    title: 'An egress host of a Sidecar imports nothing',
    description:
      'No service that the namespace of the Sidecar may see has the host, on the port of the egress listener where it ' +
      'has one, and no VirtualService either. A host for everything of a namespace (NAMESPACE/*) is right even where ' +
      'there is nothing. Workloads with the Sidecar do not know the service that is meant: their traffic to it is ' +
      'passed through unknown, or blocked where the mode is REGISTRY_ONLY.',
    howToFix:
      'Correct the namespace or the host (the full name of a Service is NAME.NAMESPACE.svc.cluster.local), export the ' +
      'service to the namespace, or remove the egress host.',
    answersTo: ['KIA1004'],
    issues: [],
  },
  'destination-host-unknown': {
    severity: 'error',
    title: 'A route or rule is for a host or subset that does not exist',
    description:
      'A VirtualService leads to a host or subset that no service has, as its namespace and those of its Gateways see ' +
      'them, or a DestinationRule is for a host that no service has. istiod sends the route all the same: it leads to ' +
      'a cluster that does not exist, and requests get 503 with the response flag NC. The DestinationRule does nothing.',
    howToFix:
      'Correct the host: a short name is completed with the namespace of the object it stands in. Add the missing ' +
      'ServiceEntry or subset, or export the service to the namespace.',
    answersTo: ['IST0101', 'KIA0202', 'KIA1101', 'KIA1107'],
    issues: [],
  },
  'selector-matches-nothing': {
    severity: 'warning',
    title: 'A selector matches no workload',
    description:
      'The selector of a Service, or the workloadSelector of a ServiceEntry, Sidecar or DestinationRule, matches no ' +
      'workload of its namespace: no Pod, no pod template of a Deployment or another controller, no WorkloadEntry or ' +
      'WorkloadGroup. It is looked for only where the input has workloads. Requests to such a service get 503 with the ' +
      'response flag UH; a Sidecar or DestinationRule does nothing.',
    howToFix: 'Correct the labels on one of both sides; labels of a Deployment itself are not those of its pods.',
    answersTo: ['KIA0004', 'KIA1201'],
    issues: [],
  },
  'multicluster-inconsistent': {
    severity: 'warning',
    title: 'A Service differs from cluster to cluster',
    description:
      'Clusters that have a Service of the same name and namespace disagree on its ports, its type, or whether it has ' +
      'a cluster IP. istiod makes one service of them all: what the first cluster says counts, and the others add ' +
      'endpoints. Ports that only another cluster has do not exist for any proxy.',
    howToFix: 'Deploy the same Service to all clusters.',
    answersTo: ['IST0170'],
    issues: [],
  },
  'unknown-field': {
    severity: 'warning',
    title: 'A field that does not exist',
    description:
      'An Istio object has a field in its spec that the message at this place does not have, or a Service or ' +
      'EndpointSlice one that Kubernetes does not know: a misspelled name, a wrong indentation, or a field of another ' +
      'version. The API server refuses the object where fields are validated strictly, as kubectl does by default; ' +
      'where they are not, as with many deployment tools, it drops the field without a word, and istiod works with ' +
      'the default of the field that was meant. What stands beside the spec of an Istio object is under ' +
      'invalid-unknown-field.',
    howToFix: 'Correct the name or the indentation, or remove the field.',
    answersTo: [],
    issues: [],
  },
  'yaml-type-surprise': {
    severity: 'warning',
    title: 'YAML reads a value as something else than it looks like',
    description:
      'Kubernetes reads YAML 1.1, where y, on and off are booleans, 1.10 is the number 1.1 and 0443 is octal. Where a ' +
      'text belongs the object is rejected, which is an error; a key or a number that turns into another one is ' +
      'taken as it is: a label named on becomes true, a port 0443 becomes 291.',
    howToFix: 'Put the text in quotes; write numbers without leading zeros.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
