/** Causes of policies, Telemetries and extensions. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const POLICY_CAUSES = {
  'targets-conflict': rejected(
    'A policy is for the workloads that its selector selects, or for what it refers to, not for both.',
    'Keep one of selector, targetRef and targetRefs.',
  ),
  'target-invalid': rejected(
    'A policy refers to a Service, a ServiceEntry, or a Gateway or GatewayClass of the Gateway API, by name and in its ' +
      'own namespace.',
    'State group, kind and name, and leave out the namespace.',
  ),
  'provider-name-required': rejected(
    'Providers are found by their names in the extensionProviders of the mesh configuration.',
    'State the name of the provider, or leave out providers for the default ones.',
  ),
  'expression-invalid': rejected(
    "Envoy evaluates the filter of an access log as an expression in CEL (Google's Common Expression Language).",
    'Write a condition such as response.code >= 400, or leave out the filter to log everything.',
  ),
  'tracing-several': warned(
    'A proxy traces with one provider: the first one that an entry names. Of several entries, later ones override ' +
      'what earlier ones set.',
    'Keep one entry with one provider.',
  ),
  'custom-tag-invalid': rejected(
    'A tag of spans has a name, and a value or the name of the header or variable that has it.',
    'Complete the tag, or remove it.',
  ),
  'tag-override-invalid': rejected(
    'A tag of metrics is either set to the value of an expression (UPSERT, which is the default) or removed (REMOVE).',
    'State a value, or write operation: REMOVE without one.',
  ),
  'tag-name-empty': warned('A tag of metrics without a name has no effect.', 'State the name of the tag.'),
  'metric-name-required': rejected(
    'A custom metric is found by its name.',
    'State the name, or use metric for one of the standard metrics.',
  ),
  'wasm-url-invalid': rejected(
    'The agent of a proxy fetches the code from an OCI registry (oci://, also without a scheme), from a web server ' +
      '(https://, http://) or from a file of the proxy (file://).',
    'Write a URL with one of these schemes.',
  ),
  'wasm-checksum-invalid': rejected(
    'The checksum of the code is SHA-256: 64 characters of 0-9 and a-f, in lower case.',
    'Copy the whole checksum, without a prefix such as sha256:.',
  ),
  'wasm-name-too-long': rejected(
    'The name of a plugin has at most 256 bytes, and the name of the Secret of its image 253.',
    'Use a shorter name.',
  ),
  'wasm-environment-invalid': rejected(
    'A variable of the code has a name of at most 256 bytes and is stated once. A variable with valueFrom HOST takes ' +
      'its value from the proxy.',
    'Give each variable its own name, and a value only with valueFrom INLINE.',
  ),
  'lua-code-invalid': rejected(
    'Lua code is part of the listeners, so it has at most 65,536 bytes.',
    'State the code in inlineCode; move long code into Wasm.',
  ),
  'extension-code-required': rejected('An extension is code in Lua or in Wasm.', 'Add lua or wasm.'),
} as const satisfies Partial<Record<RuleCode, Cause>>
