/**
 * The parser of js-yaml, in its browser build, which is the same code: the build for Node keeps the parser's state in an
 * object made by spreading others, whose fields V8 then looks up by hash, and is three times slower.
 */
export type {
  AliasEvent,
  DocumentDirective,
  Event,
  MappingEvent,
  ScalarEvent,
  SequenceEvent,
} from 'js-yaml/browser'
export { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml/browser'
