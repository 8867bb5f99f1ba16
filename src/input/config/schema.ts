/** The schema of `.vipctl.yaml`, which docs/vipctl.schema.json is generated from. Loaded only for such a file. */
import * as z from 'zod/mini'
import { FAIL_ON } from '../../findings/lint/fail-on.ts'
import { rulesMatching } from '../../findings/lint/ignores.ts'
import { OBJECT_PATTERN } from '../../findings/lint/ignores-patterns.ts'
import { DNS_CAPTURE_MODES, RULE_IDS, SEVERITIES } from '../../findings/lint/index.ts'
import { ASSUMPTIONS } from '../../resources/assumed/options.ts'
import { RELEASE_NAME } from '../render/words.ts'

/** Longer strings are not names, patterns or paths, and longer lists are not realistic. */
const LONGEST = 4096
const LONGEST_PATTERN = 256
const MOST = 1000
/** Each of them starts a program. */
const MOST_RENDERED = 100

const described = <T extends z.ZodMiniType>(schema: T, description: string): T =>
  schema.check(z.describe(description)) as T

const text = z.string().check(z.minLength(1), z.maxLength(LONGEST))
const path = z.string().check(
  z.minLength(1),
  z.maxLength(LONGEST),
  z.refine((value) => value !== '-', { error: '- means standard input, which only the command line can name' }),
)
const pattern = z.string().check(z.minLength(1), z.maxLength(LONGEST_PATTERN))
const version = z.string().check(
  z.regex(/^(?:latest|master|(?:release-|v)?\d{1,3}\.\d{1,3}(?:[.+_-].*)?)$/, {
    error: 'it is not a version such as "1.27"',
  }),
)
const settingName = z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
/** No argument, name or value of a program can have one. */
const NUL = /^[^\0]*$/
/** Accepts `true` as well as `"true"`. */
const setting = z.union([z.string(), z.boolean(), z.number()])
const clusterId = z.string().check(z.minLength(1), z.maxLength(LONGEST_PATTERN))

const rulePattern = z.union([
  z.enum(RULE_IDS),
  pattern.check(
    z.regex(/\*/),
    z.refine((value) => rulesMatching(value).length > 0),
  ),
])

/** YAML 1.1 reads `off` as false. */
const level = z.union([z.enum([...SEVERITIES, 'off']), z.literal(false)])

const istio = z.strictObject({
  version: described(
    z.optional(version),
    'Istio version if the input has no istiod that tells it; --istio-version overrides both.',
  ),
  fromVersion: described(z.optional(version), 'The version that is upgraded from, as --from-version.'),
  env: described(z.optional(z.record(settingName, setting)), 'Environment of istiod, as --istiod-env.'),
  meshConfig: described(
    z.optional(path),
    'Mesh configuration, also in Helm values or an IstioOperator, as --mesh-config.',
  ),
})

const proxies = z.strictObject({
  dnsCapture: described(
    z.optional(z.union([z.enum(DNS_CAPTURE_MODES), z.boolean()])),
    'Whether the proxies that are considered capture DNS, as --dns-capture.',
  ),
  proxy: described(z.optional(text), 'One workload instead of a proxy for each namespace, as --proxy.'),
  node: described(z.optional(path), 'An Envoy node instead of a proxy for each namespace, as --node.'),
  metadata: described(z.optional(z.record(text, setting)), 'Node metadata, as --meta.'),
})

const ignoreFields = z.strictObject({
  rule: described(z.optional(rulePattern), 'A rule, or a pattern of rules such as headless-*; every rule by default.'),
  object: described(
    z.optional(
      z
        .string()
        .check(
          z.maxLength(LONGEST_PATTERN),
          z.regex(OBJECT_PATTERN, { error: 'the form is NAMESPACE/NAME or KIND/NAMESPACE/NAME' }),
        ),
    ),
    'NAMESPACE/NAME or KIND/NAMESPACE/NAME, with * and ?; every object by default.',
  ),
  path: described(
    z.optional(pattern),
    'A file or folder from the folder of this file, with *, ? and **; every file by default.',
  ),
  reason: described(text, 'Why these findings need no attention.'),
  until: described(
    z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'it is not a date such as 2027-01-31' }))),
    'The last day on which they are ignored.',
  ),
})

const ignore = ignoreFields.check(
  z.refine(({ rule, object, path }) => (rule ?? object ?? path) !== undefined, {
    error: 'it covers everything: name a rule, an object or a path',
  }),
)

const inputs = z.union([path, z.array(path).check(z.minLength(1), z.maxLength(MOST))])
const exclude = z.union([pattern, z.array(pattern).check(z.maxLength(MOST))])
const assume = z.union([z.enum(['all', 'none', ...ASSUMPTIONS]), z.array(z.enum(ASSUMPTIONS)).check(z.minLength(1))])

const renderedEntry = z
  .strictObject({
    helm: described(z.optional(path), 'The folder of a chart, which `helm template` renders.'),
    values: described(
      z.optional(z.union([path, z.array(path).check(z.maxLength(MOST))])),
      'Files with values for the chart; later ones override earlier ones.',
    ),
    set: described(
      z.optional(z.record(z.string().check(z.regex(/^[^=\0]+$/), z.maxLength(LONGEST)), z.unknown())),
      'Values for the chart by path, such as image.tag; they override the files.',
    ),
    releaseName: described(
      z.optional(
        z
          .string()
          .check(z.regex(RELEASE_NAME, { error: 'it is not a name of at most 52 small letters, digits and -' })),
      ),
      "The name of the release; the name of the chart's folder by default.",
    ),
    kustomize: described(z.optional(path), 'The folder of a kustomization, which `kustomize build` builds.'),
    command: described(
      z.optional(
        z.array(z.string().check(z.maxLength(LONGEST), z.regex(NUL))).check(z.minLength(1), z.maxLength(MOST)),
      ),
      'A program and its arguments. It runs without a shell in the folder of this file, and prints manifests.',
    ),
    namespace: described(
      z.optional(text),
      'Namespace of rendered objects that state none, and of the release of a chart.',
    ),
  })
  .check(
    z.refine(({ helm, kustomize, command }) => [helm, kustomize, command].filter((each) => each).length === 1, {
      error: 'it needs exactly one of helm, kustomize and command',
    }),
    z.refine(
      ({ helm, values, set, releaseName }) => helm !== undefined || (values ?? set ?? releaseName) === undefined,
      {
        error: 'values, set and releaseName are for helm',
      },
    ),
  )

const render = z.union([z.boolean(), z.array(renderedEntry).check(z.maxLength(MOST_RENDERED))])

const environmentName = pattern.check(
  z.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/),
  z.refine((name) => name !== 'all', { error: 'all stands for every environment' }),
)

type SharedKey = 'gitignore' | 'remotes' | 'clusterId' | 'namespace' | 'assume'

/** Keys that the file and each of its environments have alike, with the words for them. */
const sharedKeys = (words: Readonly<Record<SharedKey, string>>) => ({
  gitignore: described(z.optional(z.boolean()), words.gitignore),
  remotes: described(z.optional(z.record(clusterId, path)), words.remotes),
  clusterId: described(z.optional(clusterId), words.clusterId),
  namespace: described(z.optional(text), words.namespace),
  assume: described(z.optional(assume), words.assume),
})

const environmentFields = z.strictObject({
  inputs: described(
    z.optional(inputs),
    'Files, folders and glob patterns of the environment, from the folder of this file.',
  ),
  render: described(z.optional(render), 'As `render`, for the environment.'),
  exclude: described(z.optional(exclude), 'What else is left out.'),
  recursive: described(z.optional(z.boolean()), 'Whether folders are read with the folders inside them.'),
  ...sharedKeys({
    gitignore: 'Whether what .gitignore leaves out is left out.',
    remotes: "Remote clusters' objects by ID.",
    clusterId: 'ID of the local cluster.',
    namespace: 'Namespace of objects that state none.',
    assume: 'What to assume about the cluster.',
  }),
  istio: described(z.optional(istio), 'The Istio of the environment; its keys override those of `istio`.'),
  istioVersion: described(z.optional(version), 'Short for `istio.version`.'),
  meshConfig: described(z.optional(path), 'Short for `istio.meshConfig`.'),
})

const environment = environmentFields.check(
  z.refine(({ inputs: files, render: made }) => files !== undefined || Array.isArray(made), {
    error: 'the environment needs inputs, or a list under render',
    path: ['inputs'],
  }),
  z.refine(({ istio: own, istioVersion }) => own?.version === undefined || istioVersion === undefined, {
    error: 'istio.version states the version too',
    path: ['istioVersion'],
  }),
  z.refine(({ istio: own, meshConfig }) => own?.meshConfig === undefined || meshConfig === undefined, {
    error: 'istio.meshConfig states the mesh configuration too',
    path: ['meshConfig'],
  }),
)

export const configSchema = z.strictObject({
  $schema: described(z.optional(text), 'For editors.'),
  inputs: described(
    z.optional(inputs),
    'Files, folders and glob patterns from the folder of this file, read when the command line names none.',
  ),
  recursive: described(
    z.optional(z.boolean()),
    'Whether folders are read with the folders inside them; true by default.',
  ),
  exclude: described(
    z.optional(exclude),
    'Files and folders that are left out, as .gitignore writes them, from the folder of this file; as --exclude.',
  ),
  ...sharedKeys({
    gitignore: 'Whether what .gitignore leaves out is left out; as --no-gitignore.',
    remotes: "Remote clusters' objects by ID, as --remote.",
    clusterId: 'ID of the local cluster, as --cluster-id.',
    namespace: 'Namespace of objects that state none, as --namespace.',
    assume: 'What to assume about the cluster, as --assume.',
  }),
  render: described(
    z.optional(render),
    'What programs render: a list of charts, kustomize folders and commands, whose manifests are a part of the input; or true, for every chart and kustomize folder by itself, as --render. Only with --allow-render or VIPCTL_ALLOW_RENDER=1.',
  ),
  environments: described(
    z.optional(z.record(environmentName, environment)),
    'Sets of inputs that are checked one by one, with --env NAME or --env all.',
  ),
  istio: described(z.optional(istio), 'The Istio that the manifests are for.'),
  proxies: described(z.optional(proxies), 'The proxies that lint checks.'),
  knownHosts: described(
    z.optional(z.array(pattern).check(z.maxLength(MOST))),
    'Hosts that exist though no service of the input has them, with * and ?.',
  ),
  knownNamespaces: described(
    z.optional(z.array(pattern).check(z.maxLength(MOST))),
    'Namespaces whose services are not all in the input, with * and ?.',
  ),
  strict: described(
    z.optional(z.boolean()),
    'Whether hosts of namespaces that are not in the input are reported, as info; as --strict.',
  ),
  rules: described(
    z.optional(z.record(rulePattern, level)),
    'Severities of rules by name or pattern. A name overrides a pattern, and a later pattern overrides an earlier one.',
  ),
  ignores: described(z.optional(z.array(ignore).check(z.maxLength(MOST))), 'Findings that are not to be reported.'),
  baseline: described(z.optional(path), 'Findings that are known already, as --baseline.'),
  failOn: described(z.optional(z.enum(FAIL_ON)), 'From which severity on findings fail the run, as --fail-on.'),
  maxWarnings: described(z.optional(z.int().check(z.minimum(0))), 'More warnings fail the run, as --max-warnings.'),
})

/** A checked configuration. */
export type ConfigFile = z.infer<typeof configSchema>

/** The JSON Schema for editors, which includes the names of all rules. */
export function configJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' })
  return {
    $schema,
    title: '.vipctl.yaml',
    description: 'Configuration of vipctl lint',
    ...schema,
  }
}
