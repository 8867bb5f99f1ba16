/**
 * A small schema language for the two kinds of JSON that the API server stores: protobuf JSON (Istio) and plain typed
 * JSON (Kubernetes). A schema decodes and also gives the TypeScript type, so each field is written down once.
 *
 * Rules of protobuf JSON, as golang/protobuf's jsonpb reads it (pkg/config/protomarshal of the reference): a null is an
 * absent field; camelCase and snake_case names; integers as numbers or strings; enums by exact name or by number;
 * strings refuse numbers and booleans; durations in Go's notation.
 */
export { list, map, optional } from './containers.ts'
export { defaulted, listOfDefault } from './defaulted.ts'
export { type DropFields, type Dropped, droppingFields } from './drop-fields.ts'
export { type MessageType, message } from './message.ts'
export { repeated } from './repeated.ts'
export { bool, double, duration, enumeration, int32, int64, json, string, uint32, uint64 } from './scalars.ts'
export { DecodeContext, type DecodeIssue, type Infer, type Type } from './type.ts'
