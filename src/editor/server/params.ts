/** Checks the parameters of requests, which a program other than an editor may have written. */
import { type CancellationToken, ErrorCodes, ResponseError } from 'vscode-languageserver/node'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isPosition = (value: unknown): boolean =>
  isObject(value) && typeof value.line === 'number' && typeof value.character === 'number'

/** The parameters that requests need, with the checks of their values. */
const CHECKS = {
  capabilities: isObject,
  textDocument: (value: unknown): boolean => isObject(value) && typeof value.uri === 'string',
  position: isPosition,
  range: (value: unknown): boolean => isObject(value) && isPosition(value.start) && isPosition(value.end),
  context: isObject,
  query: (value: unknown): boolean => typeof value === 'string',
} as const

type Needed = keyof typeof CHECKS

/** @throws ResponseError with the code for invalid parameters */
function checkParams(params: unknown, needed: readonly Needed[]): void {
  const given = isObject(params) ? params : {}
  const wrong = needed.find((name) => !CHECKS[name](given[name]))
  if (wrong === undefined) return
  const message = `${wrong} ${given[wrong] === undefined ? 'is missing' : 'does not have the form that the protocol defines'}`
  throw new ResponseError(ErrorCodes.InvalidParams, message)
}

/** A handler that gets only parameters with the form that the protocol defines; other requests are answered by an error. */
export function withParams<P, T>(
  needed: readonly Needed[],
  answer: (params: P, token: CancellationToken) => T,
): (params: P, token: CancellationToken) => T {
  return (params, token) => {
    checkParams(params, needed)
    return answer(params, token)
  }
}
