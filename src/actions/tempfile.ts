import { performAll } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { absolutePath, choice, optional, plainText, preset } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import { failed } from './host/task-failed.ts';

const parameters = {
  state: preset(choice(['file', 'directory'], 'What is made.'), 'file'),
  path: optional(absolutePath('The directory that it is made in; left out: the one for temporary files.')),
  prefix: preset(plainText('What its name begins with.'), 'ansible.'),
  suffix: preset(plainText('What its name ends with.'), ''),
};

/** $1 the directory or nothing, $2 prefix, $3 suffix, $4 -d for a directory. */
const SCRIPT = `at=$1
case $at in '~' | '~/'*) at=$HOME\${at#'~'} ;; esac
exec mktemp $4 -p "\${at:-\${TMPDIR:-/tmp}}" --suffix="$3" -- "$2XXXXXXXX"`;

/** Makes a file or directory of a new name that its owner alone may read, as Ansible's module: {path}. */
export const tempfile = tableAction({
  name: 'tempfile',
  help: 'Makes a temporary file or directory with a name of its own; `register` its `path`.',
  parameters,
  notYet: [],
  check: ({ prefix, suffix }: Values<typeof parameters>) =>
    Object.entries({ prefix, suffix })
      .filter(([, text]) => text.includes('/'))
      .map(([argument, text]) => ({
        argument,
        what: `"${argument}" is wrong: it is "${text}"; a part of a name, without "/", is wanted`,
      })),
  changes: true,
  foresee: () => [],
  async run({ state, path = '', prefix, suffix }, context) {
    const title = `make a temporary ${state}${path === '' ? '' : ` in ${path}`}`;
    // Its path is not known before it is there.
    if (context.check)
      return { outcome: 'skipped', message: `check mode: would ${title}`, result: {}, diagnostics: [] };
    const made = await performAll(
      'tempfile',
      [
        {
          argv: ['sh', '-c', SCRIPT, 'tempfile', path, prefix, suffix, state === 'directory' ? '-d' : ''],
          title,
          gives: 'path',
          touches: [path === '' ? '/tmp' : path],
        },
      ],
      context,
    );
    return made.ok
      ? { outcome: 'changed', result: made.value, diagnostics: [] }
      : failed(...made.diagnostics);
  },
});
