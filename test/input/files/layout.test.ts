import { describe, expect, test } from 'vitest'
import { folderOf, vipctl } from '../../commands/cli.ts'

const SERVICE = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {ports: [{port: 80, name: http}]}\n`

async function read(files: Readonly<Record<string, string>>, args = '-f . -R') {
  const { stdout, stderr, code } = await vipctl(`snapshot ${args} -o yaml`, { cwd: folderOf(files) })
  return { names: [...stdout.matchAll(/^ {2}name: (\S+)/gm)].map(([, name]) => name), stderr, code }
}

describe('files that hold no objects', () => {
  const OTHERS = {
    'a.yaml': SERVICE('a'),
    'package.json': '{"name": "x", "kind": "module"}',
    'docker-compose.yml': 'services: {web: {image: x}}\n',
    'ci.yml': 'job:\n  script: !reference [.setup, script]\n  kind: deploy\n',
    'openapi.json': '{"openapi": "3.0.0", "paths": {}, "components": {"schemas": {"x": {"type": "object"}}}}',
    'list.yaml': '- kind: x\n- kind: y\n',
    'latin.json': '',
  }

  test('are passed over with one note', async () => {
    const { names, stderr, code } = await read(OTHERS)
    expect({ names, code }).toEqual({ names: ['a'], code: 0 })
    expect(stderr).toBe(
      'note: 5 files hold no Kubernetes objects and are passed over (ci.yml, docker-compose.yml, list.yaml and 2 more)\n',
    )
  })

  test('are listed with --verbose', async () => {
    const { stderr } = await read(OTHERS, '-f . -R --verbose')
    expect(stderr).toContain('note: package.json: holds no Kubernetes object and is passed over')
  })

  test('are errors when they are named', async () => {
    const { code, stderr } = await read(OTHERS, '-f package.json')
    expect(code).toBe(2)
    expect(stderr).toContain('error: package.json:1:1')
  })

  test('that are broken are errors only when they were meant as manifests', async () => {
    const { code, stderr } = await read({
      'a.yaml': SERVICE('a'),
      'notes.yaml': 'a: [\n',
      'web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: x\n',
    })
    expect(code).toBe(2)
    expect(stderr).toContain('error: web.yaml')
    expect(stderr).toContain('note: 1 file holds no Kubernetes object and is passed over (notes.yaml)')
  })

  test('that are templates are a note of their own', async () => {
    const { code, stderr } = await read({
      'a.yaml': SERVICE('a'),
      'web.yaml': 'apiVersion: v1\nkind: Service\n{{ if x }}\nmetadata: {name: y}\n{{ end }}\n',
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'note: 1 file is a template and is passed over (web.yaml)\n' })
  })
})

describe('charts and kustomize folders', () => {
  test('the templates, values and subcharts of a chart are passed over, its other files are not', async () => {
    const { names, stderr, code } = await read({
      'a.yaml': SERVICE('a'),
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\n',
      'charts/web/values.yaml': 'x: 1\n',
      'charts/web/values-prod.yaml': 'kind: x\nspec: 1\n',
      'charts/web/templates/svc.yaml': 'kind: Service\napiVersion: v1\nmetadata: {name: {{ .x }}}\n',
      'charts/web/charts/sub/plain.yaml': SERVICE('sub'),
      'charts/web/crds/crd.yaml': SERVICE('crd'),
    })
    expect({ names, code }).toEqual({ names: ['a', 'crd'], code: 0 })
    expect(stderr).toBe(
      'note: 1 Helm chart (charts/web): its templates are passed over\n' +
        '  hint: `helm template charts/web | vipctl lint -` checks what it makes\n',
    )
  })

  test('patches, components, generators and transformers are not read as objects', async () => {
    const { names, stderr, code } = await read({
      'base/kustomization.yaml': 'resources: [svc.yaml]\n',
      'base/svc.yaml': SERVICE('base'),
      'overlays/prod/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base, extra.yaml]\n' +
        'patches: [{path: patch.yaml}, {target: {kind: Service}, path: ops.yaml}]\npatchesStrategicMerge: [old.yaml]\n' +
        'components: [../../components/tls]\ngenerators: [gen.yaml]\ntransformers: [labels.yaml]\n' +
        'configMapGenerator: [{name: x, files: [app=app.json]}]\n',
      'overlays/prod/extra.yaml': SERVICE('extra'),
      'overlays/prod/patch.yaml': SERVICE('patch'),
      'overlays/prod/ops.yaml': '- {op: remove, path: /spec}\n',
      'overlays/prod/old.yaml': SERVICE('old'),
      'overlays/prod/gen.yaml': SERVICE('gen'),
      'overlays/prod/labels.yaml': SERVICE('labels'),
      'overlays/prod/app.json': '{"kind": "x", "apiVersion": "y"}',
      'components/tls/kustomization.yaml':
        'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: [c.yaml]\n',
      'components/tls/c.yaml': SERVICE('component'),
    })
    expect({ names, code }).toEqual({ names: ['base', 'extra'], code: 0 })
    expect(stderr).toBe(
      'note: 1 kustomize folder is not built (overlays/prod): files that only change objects are passed over\n' +
        '  hint: `kubectl kustomize overlays/prod | vipctl lint -` checks what it makes\n',
    )
  })

  test('a file that is named is read, whatever a kustomization says of it', async () => {
    const { names } = await read(
      { 'kustomization.yaml': 'patches: [{path: p.yaml}]\n', 'p.yaml': SERVICE('p') },
      '-f p.yaml',
    )
    expect(names).toEqual(['p'])
  })
})
