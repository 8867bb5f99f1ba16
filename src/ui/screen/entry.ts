/** The part of the program that needs ink and React, which only the interface loads. */
export { type Computing, runScreen } from './start.tsx'
