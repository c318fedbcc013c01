import { pause as wait } from '../apply/pause.ts';
import { ok } from '../diagnostic.ts';
import type { Action } from './action.ts';
import { integer, preset } from './host/parameters.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';

const parameters = {
  seconds: preset(integer('How long.'), 0),
  minutes: preset(integer('How long.'), 0),
};

const table = {
  name: 'pause',
  parameters,
  notYet: ['prompt', 'echo'],
  check: ({ seconds, minutes }: { readonly seconds: number; readonly minutes: number }) =>
    seconds <= 0 && minutes <= 0
      ? [{ what: '"seconds" or "minutes" is wanted; nobody is asked in a run' }]
      : [],
};

/** Waits; all hosts at once. As Ansible's module, without its questions. */
export const pause: Action = {
  ...table,
  help: 'Waits, all hosts at once; nobody is asked.',
  keys: wordsOf(parameters),
  expressions: [],
  changes: false,
  parse(args, positions) {
    const values = readArguments(table, args, positions);
    if (!values.ok) return values;
    const delta = values.value.seconds + values.value.minutes * 60;
    return ok(async ({ signal }) => {
      await wait(delta, signal);
      return { outcome: 'ok', result: { delta }, diagnostics: [] };
    });
  },
};
