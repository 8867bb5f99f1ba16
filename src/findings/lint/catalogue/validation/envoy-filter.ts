/** Causes of EnvoyFilters. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const ENVOY_FILTER_CAUSES = {
  'patch-fragile': warned(
    'An EnvoyFilter changes what istiod sends to proxies in ways that Istio does not check and does not keep stable: ' +
      'names of filters, their order and their settings differ between releases.',
    'Use another API where there is one, such as Telemetry, WasmPlugin or the traffic policy of a DestinationRule. ' +
      'Otherwise limit the patch with a workloadSelector, compare the effect with `vipctl patches` before each upgrade, ' +
      'and switch this rule off for the object.',
  ),
  'patch-incomplete': rejected(
    'A patch says where it applies (applyTo), what it does (patch.operation), and with which value; only REMOVE has ' +
      'no value.',
    'Add what is missing.',
  ),
  'patch-match-invalid': rejected(
    'Patches of listeners, filter chains and filters are matched by listener, those of route configurations, virtual ' +
      'hosts and routes by routeConfiguration, and those of clusters by cluster. A match of a filter has its name, and ' +
      'a subFilter is an HTTP filter in the HTTP connection manager.',
    'Use the match that belongs to applyTo.',
  ),
  'patch-match-ineffective': warned(
    'A part of the match does not limit the patch as intended: a filter in a match of a listener or filter chain is ' +
      'ignored, and a proxyVersion of more than 1,024 characters matches no proxy.',
    'Remove the part, or shorten the expression.',
  ),
  'patch-value-invalid': rejected(
    'The value is read as a message of Envoy by the types that this istiod knows: fields have their type, durations ' +
      'are written as 10s, enums by name or number, and an @type names a message of version 3.',
    "Correct the value as Envoy's API reference describes the message.",
  ),
  'patch-field-unknown': warned(
    'istiod does not know the field and drops it, so this part of the patch does nothing.',
    'Correct the name; or leave the field out until this istiod knows it.',
  ),
  'patch-deprecated': warned(
    'Filters have had other names since Envoy 1.14, and Envoy finds an extension by the type of its typedConfig, not by ' +
      'its name.',
    'Use the current name, and give the extension its typedConfig with an @type.',
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
