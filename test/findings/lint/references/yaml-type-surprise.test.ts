import { describe, expect, it } from 'vitest'
import { editManifests } from '../../../../src/findings/edits/index.ts'
import { applyChanges } from '../../../../src/findings/fixes/apply.ts'
import { changeSet } from '../../../../src/findings/fixes/change.ts'
import { meshOf } from '../../../support/mesh.ts'
import { findingsOf } from '../support.ts'
import { kubeService } from './support.ts'

const RULE = 'yaml-type-surprise'

const entry = (metadata: string, port = 'number: 443, name: tls'): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: db
  namespace: shop
${metadata}spec:
  hosts: [db.example.com]
  ports:
  - {${port}, protocol: TLS}
  resolution: NONE
`
const messages = (manifests: string): readonly string[] => findingsOf(RULE, manifests).map(({ message }) => message)

/** The text after the first proposal of the first finding, and how many objects istiod then accepts. */
function edited(manifests: string): { readonly text: string | undefined; readonly taken: number | undefined } {
  const [finding] = findingsOf(RULE, manifests)
  const [proposal] = finding?.proposals() ?? []
  if (!finding || !proposal) throw new Error('there is no proposal')
  expect(proposal.safe).toBe(true)
  const { snapshot } = meshOf(manifests)
  const changes = changeSet(
    proposal.changes.map((change) =>
      // The test has read the manifests again.
      change.kind === 'edit' ? { ...change, resource: snapshot.verdicts[0]?.resource ?? change.resource } : change,
    ),
  )
  const [text] = editManifests(changes, snapshot).texts.values()
  return { text, taken: applyChanges(snapshot, changes)?.istio.serviceEntries.length }
}

describe('texts that are read as something else', () => {
  it.each([
    ['y', 'the boolean true'],
    ['off', 'the boolean false'],
    ['1.10', 'the number 1.1'],
    ['0123', 'the number 83'],
    ['1e3', 'the number 1000'],
    ['12', 'the number 12'],
  ])('says what the label %s is read as', (written, read) => {
    const [finding, ...more] = findingsOf(RULE, entry(`  labels: {release: ${written}}\n`))
    expect(more).toEqual([])
    expect(finding?.message).toBe(
      `istiod rejects the object: metadata.labels.release must be a text, and ${written} without quotes is ${read}`,
    )
    expect(finding?.severity).toBe('error')
    expect(finding?.location.position()).toMatchObject({ line: 6 })
  })

  it('finds names of ports, and objects of Kubernetes', () => {
    expect(messages(entry('', 'number: 443, name: on'))[0]).toContain('spec.ports[0].name must be a text, and on')
    expect(messages(kubeService('web', 'shop', 'selector: {app: no}'))[0]).toContain(
      'the API server rejects the object: spec.selector.app must be a text, and no',
    )
  })

  it('says nothing of quoted texts, of words that only begin alike, and of real booleans', () => {
    expect(messages(entry('  labels: {a: "1.10", b: yes-man, c: 1.10.0, d: "on"}\n'))).toEqual([])
  })

  it('cuts what is endless', () => {
    const [message] = messages(entry(`  labels: {release: ${'1'.repeat(200)}}\n`))
    expect(message?.length).toBeLessThan(300)
  })
})

describe('the fix', () => {
  it('puts the text in quotes as it was written, and istiod takes the object', () => {
    const { text, taken } = edited(entry('  labels: {release: 1.10} # the tenth\n'))
    expect(text).toBe(entry('  labels: {release: "1.10"} # the tenth\n'))
    expect(taken).toBe(1)
  })

  it('puts all of an object in quotes at once', () => {
    const { text, taken } = edited(entry('  labels:\n    release: 12\n    canary: no\n', 'number: 443, name: y'))
    expect(text).toBe(entry('  labels:\n    release: "12"\n    canary: "no"\n', 'number: 443, name: "y"'))
    expect(taken).toBe(1)
  })
})

describe('keys and numbers that turn into others', () => {
  it('warns of a label that becomes another one', () => {
    const [finding] = findingsOf(RULE, entry('  labels: {on: "1"}\n'))
    expect(finding?.message).toBe(
      'the key on of metadata.labels is read as true: YAML 1.1 takes it for the boolean true',
    )
    expect(finding?.severity).toBe('warning')
    expect(messages(entry('  labels: {1.10: "1"}\n'))[0]).toContain('the key 1.10 of metadata.labels is read as 1.1')
  })

  it('warns of a port with a leading zero', () => {
    expect(messages(entry('', 'number: 0443, name: tls'))).toEqual([
      'spec.ports[0].number is written 0443 and read as 291: in YAML 1.1 a leading 0 makes it octal',
    ])
  })

  it('says nothing of keys that stay what they are', () => {
    expect(messages(entry('  labels: {"on": "1", \'y\': "1", 80: "1", true: "1", one: "1"}\n'))).toEqual([])
  })

  it('says nothing of numbers that people read alike, and of modes of files', () => {
    expect(messages(entry('', 'number: 0x1bb, name: tls'))).toEqual([])
    const pod = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {volumes: [{name: v, secret: {defaultMode: 0400}}]}
`
    expect(messages(pod)).toEqual([])
  })

  it('finds them in each object of a list', () => {
    const item = '{apiVersion: v1, kind: Service, metadata: {name: a, labels: {y: b}}, spec: {ports: [{port: 80}]}}'
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${item}\n- ${item.replace('name: a', 'name: b')}\n`
    expect(findingsOf(RULE, list).map(({ location }) => location.path)).toEqual([
      ['items', 0, 'metadata', 'labels', 'true'],
      ['items', 1, 'metadata', 'labels', 'true'],
    ])
  })
})
