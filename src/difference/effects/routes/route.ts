/** How two routes for the same requests differ, in words. */
import { sameData } from '../../../comparison/index.ts'
import type { Route } from '../../../simulation/resources.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { valueAt } from '../../../sources/mapping.ts'
import { type Fields, fieldsOf } from '../aspects.ts'
import type { Phrase } from '../draft.ts'
import type { Place } from '../words/names.ts'
import { leafTexts } from '../words/values.ts'
import { changedAction, newAction } from './actions.ts'
import { settingChanges } from './settings.ts'

const LEAD = 'requests for '

/** Fields with words of their own, or that say which rule the route is of. */
const SAID = [
  'match',
  'route',
  'redirect',
  'directResponse',
  'typedPerFilterConfig',
  'requestHeadersToAdd',
  'requestHeadersToRemove',
  'responseHeadersToAdd',
  'responseHeadersToRemove',
]
const OF_RULE = ['name', 'metadata', 'decorator']

const loose = (route: Route): Fields => route as unknown as Fields

const RULE = /\/namespaces\/([^/]+)\/virtual-service\/([^/]+)$/

/** `VirtualService shop/reviews` */
export function ruleText(route: Route): string {
  const config = valueAt(loose(route) as JsonValue, ['metadata', 'filterMetadata', 'istio', 'config'])
  const [, namespace, name] = typeof config === 'string' ? (RULE.exec(config) ?? []) : []
  return namespace === undefined ? 'no VirtualService' : `VirtualService ${namespace}/${name}`
}

/** Redirects and direct responses whose words are the same although they differ. */
function answerTexts(was: Route, is: Route, isSaid: boolean): readonly string[] {
  if (isSaid) return []
  return ['redirect', 'directResponse'].flatMap((name) => leafTexts(loose(was)[name], loose(is)[name], [name]))
}

function otherTexts(was: Route, is: Route): readonly string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => !SAID.includes(name) && !OF_RULE.includes(name),
  )
  return leafTexts(fieldsOf(loose(was), names) as JsonValue, fieldsOf(loose(is), names) as JsonValue)
}

/** Which rule a route is of; it matters only if nothing else differs. */
function rulePhrases(was: Route, is: Route, conditions: string): readonly Phrase[] {
  const [before, after] = [ruleText(was), ruleText(is)]
  if (before !== after) {
    const rest = `${conditions} are now routed by ${after} (before: ${before}), to the same place`
    return [{ kind: 'route-change', lead: LEAD, rest, before, after }]
  }
  return leafTexts(fieldsOf(loose(was), OF_RULE) as JsonValue, fieldsOf(loose(is), OF_RULE) as JsonValue).map(
    (text) => ({ kind: 'resource-change', lead: LEAD, rest: `${conditions}: ${text}` }),
  )
}

/**
 * Everything in which two routes differ besides their conditions.
 * @param conditions of the requests that both take, as `conditionsText` says them
 */
export function routePhrases(was: Route, is: Route, place: Place, conditions: string): readonly Phrase[] {
  const action = changedAction(was, is, place)
  const said: Phrase[] = action ? [{ ...action, rest: conditions + action.rest }] : []
  for (const { rest, former, before, after } of settingChanges(was, is, place)) {
    const ending = former === undefined ? '' : ` (before: ${former})`
    said.push({ kind: 'route-change', lead: LEAD, rest: conditions + rest + ending, before, after })
  }
  for (const text of [...answerTexts(was, is, action !== undefined), ...otherTexts(was, is)]) {
    said.push({ kind: 'route-change', lead: LEAD, rest: `${conditions}: ${text}` })
  }
  return said.length > 0 ? said : rulePhrases(was, is, conditions)
}

const USUAL_RETRIES = 2

/** A route that does nothing but send requests on, and retries them as usual. */
function plain({ match, route }: Route): Route {
  const { numRetries, perTryTimeout } = route?.retryPolicy ?? {}
  const isUsual = numRetries === USUAL_RETRIES && perTryTimeout === undefined
  return { match, route: isUsual && route?.retryPolicy ? { retryPolicy: route.retryPolicy } : {} }
}

/**
 * A route whose requests had no route of their own before: its destination and its settings.
 * @param former what took them before, with those for all unknown hosts
 */
export function newRoutePhrases(route: Route, place: Place, conditions: string, former?: Route): readonly Phrase[] {
  const action = (former && changedAction(former, route, place)) ?? newAction(route, place)
  const settings = settingChanges(plain(route), route, place).filter(({ former }) => former !== undefined)
  return [
    { ...action, rest: conditions + action.rest },
    ...settings.map(
      ({ rest, after }): Phrase => ({ kind: 'route-change', lead: LEAD, rest: conditions + rest, after }),
    ),
  ]
}

/** Whether two routes do the same to the requests that they take, whatever rule they are of. */
export function doTheSame(a: Route, b: Route): boolean {
  const deed = (route: Route): JsonValue =>
    Object.fromEntries(Object.entries(loose(route)).filter(([name]) => name !== 'match' && !OF_RULE.includes(name)))
  return sameData(deed(a), deed(b))
}
