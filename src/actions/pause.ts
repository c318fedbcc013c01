import { integer, optional } from './host/parameters.ts';
import { letPass } from './host/poll.ts';
import { tableAction } from './host/table-action.ts';

/** Waits; all hosts at once. As Ansible's module, without its questions. */
export const pause = tableAction({
  name: 'pause',
  help: 'Waits, all hosts at once; nobody is asked.',
  parameters: {
    seconds: optional(integer('How long; at least one.')),
    minutes: optional(integer('How long.')),
  },
  notYet: ['prompt', 'echo'],
  changes: false,
  check: ({ seconds, minutes }) =>
    (seconds === undefined) === (minutes === undefined)
      ? [{ what: '"seconds" or "minutes" is wanted; nobody is asked in a run' }]
      : [],
  async run({ seconds, minutes }, context) {
    const delta = Math.max(seconds ?? (minutes ?? 0) * 60, 1);
    await letPass(delta, context);
    const shown = minutes === undefined ? `${delta}.0 seconds` : `${delta / 60}.0 minutes`;
    const result = { delta, rc: 0, stdout: `Paused for ${shown}`, stderr: '', user_input: '' };
    return { outcome: 'ok', result, diagnostics: [] };
  },
});
