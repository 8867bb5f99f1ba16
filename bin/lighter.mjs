/** esbuild plugins that leave out the parts of packages that the program never runs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const inPackages = (path) => new RegExp(`node_modules/${path}$`.replaceAll('/', '[\\\\/]'))

/**
 * ink waits while it is loaded, for WebAssembly and for developer tools, which files of the program cannot do.
 * @param root the folder of the project
 */
export const inkWithoutWaiting = (root) => ({
  name: 'ink-without-waiting',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^yoga-layout$/ }, () => ({ path: join(root, 'src/ui/screen/yoga.ts'), sideEffects: true }))
    onLoad({ filter: inPackages('ink/build/reconciler\\.js') }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const contents = text
        .replace(/^if \(isDev\(\)\) \{\n.*?^\}\n/ms, '')
        .replace(/\bisDev\(\)\s*\? await/, 'false ? ')
      if (contents.includes('isDev()')) throw new Error(`${path} has no developer tools to leave out`)
      return { contents, loader: 'js' }
    })
  },
})

/** What takes the place of modules that KubeConfig imports. */
const STAND_INS = new Map([
  ['./gen/index.js', 'export class ServerConfiguration {}\nexport class createConfiguration {}\n'],
  // vipctl reads kubeconfigs itself and passes them on as JSON.
  ['js-yaml', 'export default { load: JSON.parse }\n'],
  ['node-fetch', 'export const { Headers } = globalThis\n'],
  ['./azure_auth.js', 'export class AzureAuth { isAuthProvider() { return false } }\n'],
  ['./gcp_auth.js', 'export class GoogleCloudPlatformAuth { isAuthProvider() { return false } }\n'],
])

/**
 * The typed clients of the Kubernetes package come with a model of every API, 2 MB, and with a fetch of their own. The
 * program sends its requests itself; of KubeConfig it uses credentials and TLS, which need neither. It refuses the auth
 * providers of Azure and Google, as kubectl does.
 */
export const kubeConfigWithoutClients = {
  name: 'kube-config-without-clients',
  setup({ onLoad, onResolve }) {
    const namespace = 'stand-in'
    onResolve({ filter: /./ }, ({ path, importer }) =>
      STAND_INS.has(path) && inPackages('@kubernetes/client-node/dist/config\\.js').test(importer)
        ? { path, namespace }
        : undefined,
    )
    onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: STAND_INS.get(path) }))
  },
}

/** cli-table3 adds no colours of its own here, so it needs no package for them. */
export const tablesWithoutColors = {
  name: 'tables-without-colors',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@colors\/colors/ }, ({ path }) => ({ path, namespace: 'colors' }))
    onLoad({ filter: /./, namespace: 'colors' }, () => ({ contents: 'module.exports = {}' }))
  },
}
