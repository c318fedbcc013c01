import { plainText, preset } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

/** Asks the node whether it runs a command at all, as Ansible's module: {ping: pong}. */
export const ping = tableAction({
  name: 'ping',
  help: 'Says pong where the node runs commands; `register` it.',
  parameters: { data: preset(plainText('What it says; "crash" fails.'), 'pong') },
  notYet: [],
  changes: false,
  foresee: () => [],
  async run({ data }, context) {
    const answer = await context.read(':');
    if (!answer.ok) return failed(...answer.diagnostics);
    if (data === 'crash') return failed(taskFailed(context, 'Cannot answer: "data" is "crash", which fails'));
    return { outcome: 'ok', result: { ping: data }, diagnostics: [] };
  },
});
