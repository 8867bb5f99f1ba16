/** The syntax of Google's Common Expression Language, as cel-go checks it with its standard macros. */
export { celProblem } from './parser.ts'
