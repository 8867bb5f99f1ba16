/**
 * Runs before each test file. Files of one worker share their modules, so a hook in a module that they import would only
 * run for the first of them.
 */
import { afterAll } from 'vitest'
import { removeFolders } from './folders.ts'

afterAll(removeFolders)
