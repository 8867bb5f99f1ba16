/** istiod's admission checks of WasmPlugins and TrafficExtensions (pkg/config/validation/validation.go). */
import { utf8Length } from '../../common/bytes.ts'
import type {
  LuaConfig,
  TrafficExtension,
  TrafficSelector,
  VmConfig,
  WasmConfig,
  WasmPlugin,
} from '../messages/extensions.ts'
import type { Resource } from '../resource.ts'
import { type Path, quote, type Report } from './report.ts'
import { parseGoUrl } from './values/go-url.ts'
import { checkPort } from './values/ports.ts'
import { checkTargets } from './values/targets.ts'

const SCHEMES: ReadonlySet<string> = new Set(['', 'file', 'http', 'https', 'oci'])
const CHECKSUM = /^[a-f0-9]{64}$/
const LONGEST_SECRET = 253
const LONGEST_NAME = 256
const LONGEST_CODE = 65_536

/** A URL may leave out its scheme, and istiod then checks it as one of HTTP. */
function urlProblem(url: string): string | undefined {
  if (url === '') return 'the code needs a url'
  const parsed = parseGoUrl(url, 'request') ?? parseGoUrl(`http://${url}`, 'request')
  if (!parsed) return `${quote(url)} is not a URL`
  return SCHEMES.has(parsed.scheme) ? undefined : `${quote(parsed.scheme)} is not a scheme that code is fetched with`
}

function checkEnvironment(report: Report, parent: Path, { env }: VmConfig): void {
  const names = new Set<string>()
  env.forEach(({ name, valueFrom, value }, index) => {
    const at = [...parent, 'vmConfig', 'env', index]
    const fail = (step: string, message: string) => report.error(at, step, 'wasm-environment-invalid', message)
    if (name === '') fail('name', 'a variable needs a name')
    else if (utf8Length(name) > LONGEST_NAME) fail('name', `a name has at most ${LONGEST_NAME} bytes`)
    else if (names.has(name)) fail('name', `${quote(name)} is there twice`)
    if (valueFrom !== 'INLINE' && value !== '') fail('value', 'a value can be stated only with valueFrom INLINE')
    names.add(name)
  })
}

function checkWasm(report: Report, at: Path, wasm: WasmConfig): void {
  const problem = urlProblem(wasm.url)
  if (problem !== undefined) {
    const hint = 'write oci://, https://, http:// or file:// and the place of the code'
    report.error(at, 'url', 'wasm-url-invalid', problem, hint)
  }
  if (wasm.sha256 !== '' && !CHECKSUM.test(wasm.sha256)) {
    report.error(at, 'sha256', 'wasm-checksum-invalid', 'a checksum has 64 characters of 0-9 and a-f')
  }
  if (utf8Length(wasm.imagePullSecret) > LONGEST_SECRET) {
    report.error(
      at,
      'imagePullSecret',
      'wasm-name-too-long',
      `the name of a Secret has at most ${LONGEST_SECRET} bytes`,
    )
  }
  if (utf8Length(wasm.pluginName) > LONGEST_NAME) {
    report.error(at, 'pluginName', 'wasm-name-too-long', `a plugin's name has at most ${LONGEST_NAME} bytes`)
  }
  if (wasm.vmConfig) checkEnvironment(report, at, wasm.vmConfig)
}

function checkLua(report: Report, { inlineCode }: LuaConfig): void {
  const length = utf8Length(inlineCode)
  if (length > 0 && length <= LONGEST_CODE) return
  const message = length === 0 ? 'the code is missing' : `code has at most ${LONGEST_CODE} bytes, not ${length}`
  report.error(['spec', 'lua'], 'inlineCode', 'lua-code-invalid', message)
}

function checkMatch(report: Report, match: readonly TrafficSelector[]): void {
  match.forEach(({ ports }, index) => {
    ports.forEach(({ number }, position) => {
      checkPort(report, ['spec', 'match', index, 'ports', position], 'number', number)
    })
  })
}

/** Transcribes the reference's ValidateWasmPlugin. */
export function validateWasmPlugin({ spec }: Resource<WasmPlugin>, report: Report): void {
  checkTargets(report, spec)
  checkWasm(report, ['spec'], spec)
  checkMatch(report, spec.match)
}

/** Transcribes the reference's ValidateTrafficExtension. istiod reads lua if both wasm and lua are there. */
export function validateTrafficExtension({ spec }: Resource<TrafficExtension>, report: Report): void {
  const { wasm, lua } = spec
  if (!wasm && !lua) report.error([], 'spec', 'extension-code-required', 'one of wasm and lua is needed')
  checkTargets(report, spec)
  if (lua) checkLua(report, lua)
  else if (wasm) checkWasm(report, ['spec', 'wasm'], wasm)
  checkMatch(report, spec.match)
}
