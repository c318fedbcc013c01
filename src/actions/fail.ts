import { ok, positionAt } from '../diagnostic.ts';
import type { Action } from './action.ts';
import { preset, plainText } from './host/parameters.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = { msg: preset(plainText('Why.'), 'Failed as requested from task') };

const table = { name: 'fail', parameters, notYet: [] };

/** Fails, with a message; as Ansible's module. */
export const fail: Action = {
  ...table,
  help: 'Fails, with a message.',
  keys: wordsOf(parameters),
  expressions: [],
  changes: false,
  foresee: () => [],
  parse(args, positions) {
    const values = readArguments(table, args, positions);
    if (!values.ok) return values;
    const { msg } = values.value;
    const at = positionAt(positions, []);
    return ok((context) =>
      Promise.resolve({
        ...failed({ ...taskFailed(context, msg), ...(at && { at }) }),
        result: { msg },
      }),
    );
  },
};
