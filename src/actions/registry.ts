import type { Action } from './action.ts';
import { blockinfile } from './blockinfile.ts';
import { command } from './command.ts';
import { copy } from './copy.ts';
import { debug } from './debug.ts';
import { file } from './file.ts';
import { lineinfile } from './lineinfile.ts';
import { raw } from './raw.ts';
import { replace } from './replace.ts';
import { script } from './script.ts';
import { shell } from './shell.ts';
import { slurp } from './slurp.ts';
import { stat } from './stat.ts';
import { template } from './template.ts';

const actions: readonly Action[] = [
  blockinfile,
  command,
  copy,
  debug,
  file,
  lineinfile,
  raw,
  replace,
  script,
  shell,
  slurp,
  stat,
  template,
];

export const actionNames: readonly string[] = actions.map(({ name }) => name);

export function findAction(name: string): Action | undefined {
  return actions.find((action) => action.name === name);
}
