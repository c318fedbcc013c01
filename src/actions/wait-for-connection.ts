import { integer, preset } from './host/parameters.ts';
import { poll } from './host/poll.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

/** Waits until a command can be run on the node, as Ansible's module. */
export const waitForConnection = tableAction({
  name: 'wait_for_connection',
  // While the node is away its cluster's lock is renewed by another one.
  wholeCluster: true,
  help: 'Waits until a command can be run on the node.',
  parameters: {
    timeout: preset(integer('Seconds to wait in all.'), 600),
    delay: preset(integer('Seconds before the first try.'), 0),
    sleep: preset(integer('Seconds between tries.'), 1),
    connect_timeout: preset(integer('Seconds that one try takes.'), 5),
  },
  notYet: [],
  changes: false,
  async run(values, context) {
    const look = async (): Promise<true | undefined> => {
      const options = { timeoutSeconds: values.connect_timeout, connectsAnew: true } as const;
      const answer = await context.read('true', options);
      return answer.ok ? true : undefined;
    };
    const { value, elapsed } = await poll(look, values, () => 'no command can be run there yet', context);
    if (value === true) return { outcome: 'ok', result: { elapsed }, diagnostics: [] };
    return failed(taskFailed(context, `Cannot connect: there was no answer for ${elapsed} s`));
  },
});
