import { ok } from '../diagnostic.ts';
import type { Action } from './action.ts';
import { integer, preset } from './host/parameters.ts';
import { poll } from './host/poll.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  timeout: preset(integer('Seconds to wait in all.'), 600),
  delay: preset(integer('Seconds before the first try.'), 0),
  sleep: preset(integer('Seconds between tries.'), 1),
  connect_timeout: preset(integer('Seconds that one try takes.'), 5),
};

const table = { name: 'wait_for_connection', parameters, notYet: [] };

/** Waits until a command can be run on the node, as Ansible's module. */
export const waitForConnection: Action = {
  ...table,
  help: 'Waits until a command can be run on the node.',
  keys: wordsOf(parameters),
  expressions: [],
  changes: false,
  parse(args, positions) {
    const values = readArguments(table, args, positions);
    if (!values.ok) return values;
    const { connect_timeout: timeoutSeconds } = values.value;
    return ok(async (context) => {
      const look = async (): Promise<true | undefined> => {
        const answer = await context.read('true', { timeoutSeconds, connectsAnew: true });
        return answer.ok ? true : undefined;
      };
      const { value, elapsed } = await poll(look, values.value, context);
      if (value === true) return { outcome: 'ok', result: { elapsed }, diagnostics: [] };
      return failed(taskFailed(context, `Cannot connect: there was no answer for ${elapsed} s`));
    });
  },
};
