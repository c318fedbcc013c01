import { fail, positionAt } from '../diagnostic.ts';
import type { Action } from './action.ts';
import { apt } from './apt.ts';
import { choice, preset } from './host/parameters.ts';

const use = preset(choice(['auto', 'apt', 'ansible.builtin.apt'], 'Taken; it is apt anyway.'), 'auto');

/** Ansible's module for whatever package manager a host has, which is apt on a node. */
export const packageModule: Action = {
  ...apt,
  name: 'package',
  help: 'The same as apt, which is what a node has.',
  parameters: { ...apt.parameters, use },
  keys: [...apt.keys, 'use'],
  ...(apt.foresee && {
    foresee: (args, positions, wantsDiff) => apt.foresee?.(withoutUse(args).others, positions, wantsDiff),
  }),
  parse(args, positions) {
    const { given, others } = withoutUse(args);
    const read = given === undefined ? undefined : use.read(given);
    if (read === undefined || 'value' in read) return apt.parse(others, positions);
    const at = positionAt(positions, ['use']);
    return fail({
      code: 'task/invalid',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read "package": "use" is wrong: ${read.wrong}`,
      ...(at && { at }),
    });
  },
};

function withoutUse(args: unknown): { readonly given?: unknown; readonly others: unknown } {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return { others: args };
  const { use: given, ...others }: Readonly<Record<string, unknown>> = { ...args };
  return { given, others };
}
