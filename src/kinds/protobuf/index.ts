/** Messages of Envoy's API in protobuf's JSON form, by the types that istiod knows. */
export { messageDescriptor } from './descriptors.ts'
export { type Lists, mergeContents, mergeMessages, TypeMismatch } from './merge.ts'
export { readMessage } from './read.ts'
