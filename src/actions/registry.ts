import type { Action } from './action.ts';
import { command } from './command.ts';
import { debug } from './debug.ts';
import { includeVars } from './include-vars.ts';
import { setFact } from './set-fact.ts';

const actions: readonly Action[] = [command, debug, includeVars, setFact];

export const actionNames: readonly string[] = actions.map(({ name }) => name);

export function findAction(name: string): Action | undefined {
  return actions.find((action) => action.name === name);
}
