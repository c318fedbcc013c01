import type { Position, Result } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import type { Action, ActionContext, ActionResult } from './action.ts';
import { commandParameters } from './command.ts';
import { freeForm } from './host/free-form.ts';
import { failed } from './host/task-failed.ts';
import { findLocal, readLocal, readOpened } from './host/local-file.ts';
import type { Values } from './host/parameters.ts';
import { flag, optional, plainText, preset } from './host/parameters.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { commandReads, runCommand } from './host/run-command.ts';
import { splitWords } from './split-words.ts';

const parameters = {
  cmd: plainText("A file of the controller, from the playbook's or role's files, with arguments for it."),
  executable: optional(plainText('What runs it; left out: it is run as it is.')),
  decrypt: preset(flag('Run what is in a file that ansible-vault has encrypted.'), true),
  ...commandParameters,
};

type ScriptValues = Values<typeof parameters>;

const table = {
  name: 'script',
  parameters,
  notYet: [],
  check: ({ cmd }: ScriptValues) => {
    const words = splitWords(cmd);
    if (words === undefined) return [{ what: `a quote is not closed in: ${cmd}` }];
    return words.length === 0 ? [{ what: 'it is empty; the name of a script is wanted' }] : [];
  },
};

/** $1 what runs it, or nothing; then its arguments. The script comes from the input. */
const RUN = `umask 077; part=$(mktemp) || exit 1; trap 'rm -f -- "$part"' EXIT
cat > "$part" && chmod 700 "$part" || exit 1
by=$1; shift
$by "$part" "$@" </dev/null`;

/** Sends a script of the controller to each host and runs it there, as Ansible's module. */
export const script: Action = {
  ...table,
  help: 'Runs a script of the controller on the node.',
  keys: [...wordsOf(parameters), '_raw_params'],
  expressions: [],
  changes: true,
  foresee(args, positions) {
    const given = freeForm('script', parameters, args, positions);
    const values = given.ok ? readArguments(table, given.value, positions) : given;
    return values.ok ? commandReads(values.value) : undefined;
  },
  parse(args, positions) {
    const given = freeForm('script', parameters, args, positions);
    const values: Result<ScriptValues> = given.ok ? readArguments(table, given.value, positions) : given;
    if (!values.ok) return values;
    const at = positionAt(positions, ['cmd']);
    return ok((context) => runScript(values.value, at, context));
  },
};

async function runScript(
  values: ScriptValues,
  at: Position | undefined,
  context: ActionContext,
): Promise<ActionResult> {
  const { cmd, executable = '', decrypt } = values;
  const [name = '', ...words] = splitWords(cmd) ?? [];
  const found = await findLocal(name, 'files', context.directories, at);
  const content = !found.ok
    ? found
    : decrypt
      ? await readOpened(found.value, name, at, context)
      : await readLocal(found.value, at);
  if (!content.ok) return failed(...content.diagnostics);
  const argv = ['sh', '-c', RUN, 'script', executable, ...words];
  return runCommand(
    { ...values, argv, title: cmd, stdin: content.value, ifNotNeeded: 'skipped', strips: false },
    context,
  );
}
