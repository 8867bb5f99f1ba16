import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
export const completionCommand = (dispatch: Dispatch): Command => defineCommand({name:'completion',summary:'x',description:'x',options:[],examples:[['a','b']],load: async()=>{throw new Error('x')}}, dispatch)
