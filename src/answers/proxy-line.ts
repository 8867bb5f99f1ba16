/** The first line of an answer about one proxy. */
import { type Line, styled } from '../formats/spans.ts'

/** @param proxy in words */
export const proxyLine = (proxy: string): Line => [styled('dim', '# proxy: '), styled('heading', proxy)]
