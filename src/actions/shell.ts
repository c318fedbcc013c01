import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Action } from './action.ts';
import { commandParameters, inputOf, streamParameters } from './command.ts';
import { freeForm } from './host/free-form.ts';
import type { Values } from './host/parameters.ts';
import { absolutePath, preset, plainText } from './host/parameters.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { commandReads, runCommand } from './host/run-command.ts';

const parameters = {
  cmd: plainText('Shell text.'),
  executable: preset(absolutePath('The shell.'), '/bin/sh'),
  ...commandParameters,
  ...streamParameters,
};

const table = { name: 'shell', parameters, notYet: [] };

/** Runs shell text on each host, as Ansible's module. */
export const shell: Action = {
  ...table,
  help: 'Runs shell text.',
  keys: [...wordsOf(parameters), '_raw_params'],
  expressions: [],
  changes: true,
  foresee(args, positions) {
    const given = freeForm('shell', parameters, args, positions);
    const values = given.ok ? readArguments(table, given.value, positions) : given;
    return values.ok ? commandReads(values.value) : undefined;
  },
  parse(args, positions) {
    const given = freeForm('shell', parameters, args, positions);
    const values: Result<Values<typeof parameters>> = given.ok
      ? readArguments(table, given.value, positions)
      : given;
    if (!values.ok) return values;
    const { cmd, executable, strip_empty_ends: strips } = values.value;
    const command = {
      ...values.value,
      argv: [executable, '-c', cmd],
      title: cmd,
      stdin: inputOf(values.value),
      ifNotNeeded: 'ok',
      strips,
    } as const;
    return ok((context) => runCommand(command, context));
  },
};
