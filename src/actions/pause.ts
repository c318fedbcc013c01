import { integer, preset } from './host/parameters.ts';
import { letPass } from './host/poll.ts';
import { tableAction } from './host/table-action.ts';

/** Waits; all hosts at once. As Ansible's module, without its questions. */
export const pause = tableAction({
  name: 'pause',
  help: 'Waits, all hosts at once; nobody is asked.',
  parameters: {
    seconds: preset(integer('How long.'), 0),
    minutes: preset(integer('How long.'), 0),
  },
  notYet: ['prompt', 'echo'],
  changes: false,
  check: ({ seconds, minutes }) =>
    seconds <= 0 && minutes <= 0
      ? [{ what: '"seconds" or "minutes" is wanted; nobody is asked in a run' }]
      : [],
  async run({ seconds, minutes }, context) {
    const delta = seconds + minutes * 60;
    await letPass(delta, context);
    return { outcome: 'ok', result: { delta }, diagnostics: [] };
  },
});
