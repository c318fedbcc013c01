import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Action } from './action.ts';
import { freeForm } from './host/free-form.ts';
import type { Values } from './host/parameters.ts';
import { absolutePath, preset, plainText } from './host/parameters.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { runCommand } from './host/run-command.ts';

const parameters = {
  cmd: plainText('Shell text.'),
  executable: preset(absolutePath('The shell.'), '/bin/sh'),
};

const table = { name: 'raw', parameters, notYet: [] };

/** Runs shell text on each host and takes its output as it is, as Ansible's module. */
export const raw: Action = {
  ...table,
  help: 'Runs shell text, and takes its output as it is.',
  keys: [...wordsOf(parameters), '_raw_params'],
  expressions: [],
  changes: true,
  parse(args, positions) {
    const given = freeForm('raw', parameters, args, positions);
    const values: Result<Values<typeof parameters>> = given.ok
      ? readArguments(table, given.value, positions)
      : given;
    if (!values.ok) return values;
    const { cmd, executable } = values.value;
    return ok((context) =>
      runCommand({ argv: [executable, '-c', cmd], title: cmd, ifNotNeeded: 'ok', strips: false }, context),
    );
  },
};
