/** When a request is tried again (pilot/pkg/networking/core/route/retry/retry.go parseRetryOn). */
import { isNamedHttpStatus } from '../../../common/status-codes.ts'

const STATUS_CODES_CONDITION = 'retriable-status-codes'

export interface RetryConditions {
  readonly retryOn: string
  readonly statusCodes: readonly number[]
}

/** Splits `retryOn` into Envoy's conditions and the status codes that stand among them. */
export function parseRetryOn(text: string): RetryConditions {
  const conditions: string[] = []
  const statusCodes: number[] = []
  for (const part of text.split(',').map((item) => item.trim())) {
    if (/^[+-]?[0-9]+$/.test(part) && isNamedHttpStatus(Number(part))) statusCodes.push(Number(part))
    else if (part !== '') conditions.push(part)
  }
  const retryOn = conditions.join(',')
  const complete = statusCodes.length === 0 || retryOn.includes(STATUS_CODES_CONDITION)
  return { retryOn: complete ? retryOn : `${retryOn},${STATUS_CODES_CONDITION}`, statusCodes }
}
