import { describe, expect, it } from 'vitest'
import { CAPTURE, documents, entry, folderOf, told, vipctl } from './cli.ts'

const service = (name: string, namespace: string, clusterIP: string, more = ''): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  clusterIP: ${clusterIP}
  ports:
  - name: http
    port: 80
${more}`

/** Runs dig in a folder with a single file, with DNS capture on for the mesh. */
async function dig(question: string, ...manifests: readonly string[]) {
  const cwd = folderOf({ 'mesh.yaml': documents(CAPTURE, ...manifests) })
  return vipctl(`dig ${question} -f mesh.yaml`, { cwd })
}

describe('answers', () => {
  it('shows the record, the line of the manifest and the rule, as dig does', async () => {
    const { stdout, stderr, code } = await vipctl('dig orders.db.example.com -f fixtures/quickstart')
    expect(stdout.replace(/vipctl \d\S*/, 'vipctl VERSION')).toMatchInlineSnapshot(`
      "; <<>> vipctl VERSION <<>> orders.db.example.com A
      ; Istio 1.31.0 (assumed)
      ; proxy: synthetic sidecar in namespace default, DNS capture on

      ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 0
      ;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0

      ;; QUESTION SECTION:
      ;orders.db.example.com.  IN  A

      ;; ANSWER SECTION:
      orders.db.example.com.  30  IN  A      240.240.0.1
      ; fixtures/quickstart/databases.yaml:9  ServiceEntry default/orders-db: address assigned automatically (simulated): next free address, as the controller would assign it (order assumed)

      ;; order assumed: creation times are missing or equal
      ;; MSG SIZE  rcvd: 76
      "
    `)
    expect(told({ stderr })).toBe('')
    expect(code).toBe(0)
  })

  it('answers a name with the first search domain added by a CNAME', async () => {
    const { stdout } = await dig('db.example.com.default.svc.cluster.local +short', entry())
    expect(stdout).toBe('db.example.com.\n240.240.0.1\n')
  })

  it('tries the search domains in order with +search, and says which names it tried', async () => {
    const { stdout } = await dig('web.shop +search', service('web', 'shop', '10.96.0.1'))
    expect(stdout).toContain(
      ';; web.shop is tried with the search domains:\n;;   web.shop.default.svc.cluster.local.  answered\n',
    )
    expect(stdout).toContain('web.shop.default.svc.cluster.local.  30  IN  CNAME  web.shop.')
  })

  it('tries the name itself last when it has fewer than five dots, and first when it has more', async () => {
    const few = await dig('nowhere.example +search -o json', entry())
    expect(JSON.parse(few.stdout).map((step: { name: string }) => step.name)).toEqual([
      'nowhere.example.default.svc.cluster.local.',
      'nowhere.example.svc.cluster.local.',
      'nowhere.example.cluster.local.',
      'nowhere.example.',
    ])
    const many = await dig('a.b.c.d.e.example +search -o json', entry())
    expect(JSON.parse(many.stdout)[0].name).toBe('a.b.c.d.e.example.')
  })

  it('uses the search domains of --search instead of the proxy', async () => {
    const { stdout } = await dig('db.example.com.corp.example +short --search corp.example', entry())
    expect(stdout).toBe('db.example.com.\n240.240.0.1\n')
  })

  it('answers AAAA for a proxy with both families, and says why a family has no record', async () => {
    const { stdout } = await dig('db.example.com AAAA', entry())
    expect(stdout).toContain('ANSWER: 0')
    expect(stdout).toContain(';; no record: the name is in the table and has no IPv6 address')
  })

  it('names each manifest behind a record of several entries', async () => {
    const own = (name: string, address: string) =>
      entry({ name, spec: `  addresses: [${address}]\n  resolution: STATIC` })
    const { stdout } = await dig('db.example.com', own('a', '198.51.100.1'), own('b', '198.51.100.2'))
    expect(stdout).toMatch(
      /198\.51\.100\.1\n; mesh\.yaml:\d+ {2}ServiceEntry default\/a: address stated in spec\.addresses\n/,
    )
    expect(stdout).toMatch(
      /198\.51\.100\.2\n; mesh\.yaml:\d+ {2}ServiceEntry default\/b: address stated in spec\.addresses\n/,
    )
  })

  it('tells a wildcard that covers the name', async () => {
    const wild = entry({ host: "'*.example.com'", spec: '  addresses: [198.51.100.7]\n  resolution: STATIC' })
    const { stdout } = await dig('a.b.example.com', wild)
    expect(stdout).toContain('; a.b.example.com. is covered by *.example.com.\n')
    expect(stdout).toMatch(/^a\.b\.example\.com\. {2}30 {2}IN {2}A {6}198\.51\.100\.7$/m)
  })

  it('takes the type before the name too', async () => {
    expect((await dig('AAAA db.example.com +short --meta INSTANCE_IPS=2001:db8::1', entry())).stdout).toBe(
      '2001:2::1\n',
    )
  })
})

describe('the size of the message', () => {
  it.each([
    [57, 6, 'rcvd: 513 (over 512: plain UDP gets names compressed, then TC)'],
    [86, 4, 'rcvd: 512'],
  ])('of a name of %i characters with %i addresses', async (length, count, size) => {
    const host = `${'a'.repeat(30)}.${'b'.repeat(length - 43)}.example.com`
    const addresses = Array.from({ length: count }, (_, index) => `198.51.100.${index}`)
    const { stdout } = await dig(host, entry({ host, spec: `  addresses: [${addresses}]\n  resolution: STATIC` }))
    expect(stdout).toContain(`;; MSG SIZE  ${size}\n`)
  })
})

describe('which declaration wins', () => {
  const own = (namespace: string, address: string, more = '') =>
    entry({ namespace, spec: `  addresses: [${address}]\n  resolution: STATIC\n${more}` })

  it("prefers the proxy's own namespace and says why the other is not used", async () => {
    const manifests = [own('aaa', '198.51.100.1'), own('default', '198.51.100.2')]
    const { stdout } = await dig('db.example.com', ...manifests)
    expect(stdout).toMatch(/ A {6}198\.51\.100\.2$/m)
    expect(stdout).toMatch(
      /^;; not used: mesh\.yaml:\d+ {2}ServiceEntry aaa\/db: not visible: ServiceEntry default\/db is in the proxy's own namespace, which is preferred$/m,
    )
  })

  it('prefers a Kubernetes Service of another namespace over an entry', async () => {
    const shadow = entry({
      namespace: 'aaa',
      host: 'web.shop.svc.cluster.local',
      spec: '  addresses: [198.51.100.1]\n  resolution: STATIC',
    })
    const { stdout } = await dig('web.shop', shadow, service('web', 'shop', '10.96.0.1'))
    expect(stdout).toMatch(/ A {6}10\.96\.0\.1$/m)
    expect(stdout).toContain('Kubernetes Services come before ServiceEntries')
  })

  it('says that the order is assumed when neither creation time is stated', async () => {
    const { stdout } = await dig('db.example.com', own('bbb', '198.51.100.2'), own('aaa', '198.51.100.1'))
    expect(stdout).toMatch(/ A {6}198\.51\.100\.1$/m)
    expect(stdout).toContain(';; order assumed: creation times are missing or equal')
  })

  it('prefers what is exported by name over what is exported to all', async () => {
    const { stdout } = await dig(
      'db.example.com',
      own('aaa', '198.51.100.1'),
      own('bbb', '198.51.100.2', '  exportTo: [default]'),
    )
    expect(stdout).toMatch(/ A {6}198\.51\.100\.2$/m)
    expect(stdout).toContain('private services and those exported by name come before those exported to all')
  })

  it("gives each cluster's proxy the address of its own cluster, with its own manifest", async () => {
    const cwd = folderOf({
      'east.yaml': documents(CAPTURE, service('web', 'default', '10.96.0.10')),
      'west.yaml': service('web', 'default', '10.10.0.10'),
    })
    const { stdout, code } = await vipctl(
      'dig web -f east.yaml --cluster-id east --remote west=west.yaml --meta CLUSTER_ID=west',
      { cwd },
    )
    expect(stdout).toMatch(/ A {6}10\.10\.0\.10\n; west\.yaml:7 {2}Service default\/web: clusterIP of the Service$/m)
    expect(stdout).toContain('cluster west, DNS capture on')
    expect(code).toBe(0)
  })
})

describe('why a question is forwarded', () => {
  const reasons = async (question: string, ...manifests: readonly string[]) => {
    const { stdout, code } = await dig(question, ...manifests)
    expect(stdout).toContain(';; forwarded upstream')
    expect(code).toBe(0)
    return stdout.split('\n').filter((line) => line.startsWith(';; why:') || line.startsWith(';; nearest'))
  }

  it.each([
    ['a name that nothing has', 'dv.example.com', [entry()], 'no Service and no ServiceEntry has this host'],
    ['another type', 'db.example.com MX', [entry()], 'the table answers A and AAAA only, MX is always forwarded'],
    [
      'exportTo',
      'db.example.com',
      [entry({ namespace: 'other', spec: '  resolution: DNS\n  exportTo: ["."]' })],
      'ServiceEntry other/db: not visible: exportTo [.] does not include namespace default',
    ],
    [
      'exportTo nobody',
      'db.example.com',
      [entry({ spec: '  resolution: DNS\n  exportTo: ["~"]' })],
      'exportTo [~] hides it from every namespace',
    ],
    [
      'a Sidecar',
      'db.example.com',
      [
        entry({ namespace: 'other' }),
        'apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: narrow}\nspec:\n  egress:\n  - hosts: ["./*"]\n',
      ],
      'not visible: no egress host of the Sidecar covers other/db.example.com (Sidecar default/narrow)',
    ],
    [
      'an exclusion of a Sidecar',
      'db.example.com',
      [
        entry({ namespace: 'other' }),
        'apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: narrow}\nspec:\n  egress:\n  - hosts: ["*/*", "~other/*"]\n',
      ],
      'not visible: the Sidecar excludes other/db.example.com (Sidecar default/narrow)',
    ],
    [
      'resolution NONE',
      'db.example.com',
      [entry({ spec: '  resolution: NONE' })],
      'it has no address: resolution is NONE, which keeps the address that the client dialled',
    ],
    [
      'a wildcard without an address',
      'a.example.com',
      [entry({ host: "'*.example.com'", spec: '  resolution: NONE' })],
      'ServiceEntry default/db: it has no address',
    ],
    [
      'a range of addresses',
      'db.example.com',
      [entry({ spec: '  addresses: [198.51.100.0/24]\n  resolution: STATIC' })],
      'its address 198.51.100.0/24 is a range',
    ],
    [
      'a Sidecar for another port',
      'db.example.com',
      [
        entry(),
        'apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: narrow}\nspec:\n  egress:\n  - port: {number: 80, name: http, protocol: HTTP}\n    hosts: ["*/*"]\n',
      ],
      'is for a port that the service does not have (Sidecar default/narrow)',
    ],
    [
      'the default of the mesh',
      'db.example.com',
      [
        entry({ namespace: 'other' }),
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "defaultServiceExportTo: [\'.\']"}\n',
      ],
      'ServiceEntry other/db: not visible: defaultServiceExportTo [.] of the mesh does not include namespace default',
    ],
    [
      'a headless Service without endpoints',
      'web.default.svc.cluster.local',
      [service('web', 'default', 'None')],
      'Service default/web: a headless Service without ready endpoints',
    ],
    [
      'a short name of another namespace',
      'web',
      [service('web', 'shop', '10.96.0.1')],
      "Service shop/web: short names work only in the Service's own namespace; web.shop. is in the table",
    ],
    [
      'an ExternalName',
      'web.default.svc.cluster.local',
      [
        'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: a.example.com, ports: [{port: 80}]}\n',
      ],
      "ExternalName: the cluster's DNS answers with a CNAME to a.example.com",
    ],
    [
      'a VirtualService alone',
      'only.example.com',
      [
        'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: vs}\nspec:\n  hosts: [only.example.com]\n  http:\n  - route:\n    - destination: {host: web}\n',
      ],
      'VirtualService default/vs: only a VirtualService has this host',
    ],
    [
      'an entry that istiod rejects',
      'db.example.com',
      [entry({ spec: '  resolution: STATIC\n  addresses: [nonsense]' })],
      'ServiceEntry default/db: istiod rejects it',
    ],
    [
      'a search domain that is not the first',
      'db.example.com.svc.cluster.local',
      [entry()],
      'of the search domains only default.svc.cluster.local is expanded',
    ],
  ])('%s', async (_, question, manifests, reason) => {
    const found = (await reasons(question, ...manifests)).join('\n')
    expect(found).toContain(reason)
    const nothing = 'no Service and no ServiceEntry has this host'
    expect(found.includes(nothing)).toBe(reason === nothing)
  })

  it("is not for an entry's own address of the other family, which leaves the answer empty", async () => {
    const own = entry({ spec: '  addresses: ["2001:db8::1"]\n  resolution: STATIC' })
    const { stdout } = await dig('db.example.com', own)
    expect(stdout).toContain(';; no record: the name is in the table and has no IPv4 address\n')
    expect((await dig('db.example.com AAAA +short', own)).stdout).toBe('2001:db8::1\n')
  })

  it('says so directly below the verdict, in colour', async () => {
    const { stdout } = await dig('nope.example.com', entry())
    expect(stdout).toMatch(/^;; forwarded upstream: .*\n;; why: no Service and no ServiceEntry has this host\n/m)
    const { stdout: colored } = await dig('nope.example.com --color always', entry())
    expect(colored).toContain('\u001b[1mno Service and no ServiceEntry has this host\u001b[22m')
  })

  it('names the three nearest names of the table', async () => {
    expect(await reasons('dv.example.com', entry())).toContain(';; nearest names: db.example.com.')
    const four = ['da', 'dc', 'dd', 'de'].map((name) => entry({ name, host: `${name}.example.com` }))
    const [nearest = ''] = (await reasons('dv.example.com', ...four)).filter((line) => line.includes('nearest'))
    expect(nearest.match(/example\.com/g)).toHaveLength(3)
  })
})

describe('a proxy that does not capture DNS', () => {
  it('is said clearly, with the addresses that capture would give', async () => {
    const cwd = folderOf({ 'mesh.yaml': entry() })
    const { stdout } = await vipctl('dig db.example.com -f mesh.yaml', { cwd })
    expect(stdout).toContain(';; DNS capture is off: queries of applications never reach this table')
    expect(stdout).toContain('its automatic addresses 240.240.0.1, 2001:2::1 are for proxies with DNS_CAPTURE only')
  })

  it('has the same JSON as any other', async () => {
    const cwd = folderOf({ 'mesh.yaml': service('web', 'default', '10.96.0.1') })
    const { stdout } = await vipctl('dig web -f mesh.yaml -o json', { cwd })
    expect(JSON.parse(stdout)).toEqual([{ name: 'web.', type: 'A', answers: ['web. 30 IN A 10.96.0.1'] }])
  })
})

describe('formats', () => {
  it('prints questions and answers as JSON', async () => {
    const { stdout } = await dig('db.example.com.default.svc.cluster.local -o json', entry())
    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'db.example.com.default.svc.cluster.local.',
        type: 'A',
        answers: [
          'db.example.com.default.svc.cluster.local. 30 IN CNAME db.example.com.',
          'db.example.com. 30 IN A 240.240.0.1',
        ],
      },
    ])
  })

  it('marks forwarded questions in YAML too', async () => {
    const { stdout } = await dig('nowhere.example TXT -o yaml', entry())
    expect(stdout).toBe('- name: nowhere.example.\n  type: TXT\n  upstream: true\n')
  })
})

describe('--batch', () => {
  it('answers in the order of the lines, with comments and types', async () => {
    const cwd = folderOf({
      'mesh.yaml': documents(CAPTURE, entry()),
      'names.txt': '# names\ndb.example.com\n\nnowhere.example MX # why not\ndb.example.com aaaa\n',
    })
    const { stdout, code } = await vipctl('dig --batch names.txt -f mesh.yaml -o json', { cwd })
    expect(JSON.parse(stdout)).toEqual([
      { name: 'db.example.com.', type: 'A', answers: ['db.example.com. 30 IN A 240.240.0.1'] },
      { name: 'nowhere.example.', type: 'MX', upstream: true },
      { name: 'db.example.com.', type: 'AAAA', answers: [] },
    ])
    expect(code).toBe(0)
  })

  it('names broken lines and answers the others', async () => {
    const cwd = folderOf({ 'mesh.yaml': documents(CAPTURE, entry()) })
    const stdin = 'db.example.com A extra\ndb.example.com AAAAA\ndb.example.com\n'
    const { stdout, stderr, code } = await vipctl('dig --batch - -f mesh.yaml --short', { cwd, stdin })
    expect(told({ stderr })).toBe(
      'error: <stdin>:1:1: more than NAME [TYPE]\nerror: <stdin>:2:1: unknown record type "AAAAA" (did you mean AAAA?)\n',
    )
    expect(stdout).toBe('240.240.0.1\n')
    expect(code).toBe(2)
  })

  it('does not read standard input twice', async () => {
    const { stderr, code } = await vipctl('dig --batch - -f -')
    expect(stderr).toContain('standard input, which can be read only once')
    expect(code).toBe(2)
  })

  it('says when its file is missing', async () => {
    const { stderr, code } = await vipctl('dig --batch nowhere.txt -f fixtures/quickstart')
    expect(told({ stderr })).toBe('error: --batch nowhere.txt: no such file\n')
    expect(code).toBe(2)
  })
})

describe('-x', () => {
  it('asks for the name of an address, which is forwarded', async () => {
    const { stdout } = await dig('-x 10.96.0.1', entry())
    expect(stdout).toContain(';1.0.96.10.in-addr.arpa.  IN  PTR')
    expect(stdout).toContain('the table answers A and AAAA only, PTR is always forwarded')
  })

  const owners = async (question: string, ...manifests: readonly string[]) =>
    (await dig(question, ...manifests)).stdout.split('\n').filter((line) => line.startsWith(';; owner'))

  it('names the host, the manifest and the rule behind the address', async () => {
    const mesh = [entry(), service('web', 'shop', '10.96.0.1')]
    expect(await owners('-x 240.240.0.1', ...mesh)).toEqual([
      expect.stringMatching(
        /^;; owner: db\.example\.com {2}mesh\.yaml:\d+ {2}ServiceEntry default\/db: address assigned automatically/,
      ),
    ])
    expect(await owners('-x 10.96.0.1', ...mesh)).toEqual([
      expect.stringMatching(
        /^;; owner: web\.shop\.svc\.cluster\.local {2}mesh\.yaml:\d+ {2}Service shop\/web: clusterIP/,
      ),
    ])
  })

  it('names owners that the proxy does not see, and ranges', async () => {
    const hidden = entry({
      namespace: 'shop',
      spec: '  exportTo: ["."]\n  addresses: [203.0.113.0/24]\n  resolution: NONE',
    })
    expect(await owners('-x 203.0.113.9', hidden)).toEqual([
      expect.stringMatching(
        /ServiceEntry shop\/db: in its range 203\.0\.113\.0\/24, not in the name table of this proxy$/,
      ),
    ])
  })

  it('names workloads, which have no name of their own', async () => {
    const machine = `apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm}
spec: {address: 192.168.1.1}
`
    expect(await owners('-x 192.168.1.1', machine)).toEqual([
      expect.stringMatching(/^;; owner: mesh\.yaml:\d+ {2}WorkloadEntry default\/vm: address of the workload$/),
    ])
    const { stdout } = await dig('-x 192.168.1.1 -o json', machine)
    expect(JSON.parse(stdout)).toMatchObject([{ owners: [{ kind: 'WorkloadEntry', name: 'vm', inNameTable: false }] }])
  })

  it('reports an address that nothing has', async () => {
    expect(await owners('-x 240.240.9.9', entry())).toEqual([
      ';; owner: nothing in the input has the address 240.240.9.9, which lies in the range of automatic addresses 240.240.0.0/16',
    ])
    expect(await owners('-x 0.0.0.0', entry())).toEqual([';; owner: nothing in the input has the address 0.0.0.0'])
  })

  it('lists owners as data', async () => {
    const { stdout } = await dig('-x 240.240.0.1 -o json', entry())
    expect(JSON.parse(stdout)).toMatchObject([
      { type: 'PTR', upstream: true, owners: [{ host: 'db.example.com', kind: 'ServiceEntry', inNameTable: true }] },
    ])
  })

  it('is suggested for an address in place of a name, with the owner', async () => {
    const { stdout } = await dig('240.240.0.1', entry())
    expect(stdout).toContain(';; owner: db.example.com ')
    expect(stdout).toContain('240.240.0.1 is an address, not a name: -x asks for its name')
  })

  it('writes IPv6 addresses nibble by nibble', async () => {
    const { stdout } = await dig('-x 2001:db8::1 -o json', entry())
    expect(JSON.parse(stdout)[0].name).toBe('1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.')
  })
})

describe('mistakes', () => {
  it.each([
    ['dig -f fixtures/quickstart', 'error: no name to look up\n'],
    ['dig a MY -f fixtures/quickstart', 'error: unknown record type "MY" (did you mean MB?)\n'],
    ['dig a A AAAA -f fixtures/quickstart', 'error: one record type at a time, not "A" and "AAAA"\n'],
    ['dig a -t A MX -f fixtures/quickstart', 'error: one record type at a time, not "MX" and "A"\n'],
    ['dig a +shrt -f fixtures/quickstart', 'error: unknown query option "+shrt"\n  hint: did you mean +short?\n'],
    ['dig -x nonsense -f fixtures/quickstart', 'error: -x, --reverse: "nonsense" is not an IP address\n'],
    ['dig a --batch x -f fixtures/quickstart', 'error: --batch reads the names from its file: give no name with it\n'],
    [`dig ${'a'.repeat(64)} -f fixtures/quickstart`, 'cannot be looked up: a label has at most 63 bytes\n'],
  ])('%s', async (line, message) => {
    const { stdout, stderr, code } = await vipctl(line)
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})
