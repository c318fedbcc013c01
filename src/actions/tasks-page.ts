import type { Action } from './action.ts';
import type { Parameter } from './host/parameters.ts';

/** The docs page of the tasks, made from the tables of their arguments. */
export function tasksPage(actions: readonly Action[]): string {
  return [
    '# Tasks',
    '',
    "What a task of a playbook may do beside the kinds and acts of `docs/kinds.md`: Ansible's modules under their own names, with the same",
    'arguments and meaning. The nodes need no Python: what a task compares is read with the tools of Debian in one go, and nothing is changed',
    'where it is as wanted already. `--check` says what would be done, `--diff` shows how texts differ. A file is written beside its place and put',
    'there by one rename, with its mode and owner. Contents and secrets go to the node by the input of a command, never in its command line.',
    'An argument that Ansible has and that is not supported yet is an error. This page is made from the tables in `src/actions`.',
    '',
    ...actions.flatMap(actionLines),
    ...differences,
    '',
  ].join('\n');
}

/** What test/differential leaves out, and why. */
const differences = [
  "## What differs from Ansible's modules",
  '',
  'In the tests (`test/differential`) the same playbooks are run by Ansible 2.14 and by this tool, twice each: files, modes, owners and results are the same, but for this:',
  '',
  "- `validate` is shell text here; Ansible's knows no pipes and no `&&`.",
  '- `script` has stdout and stderr apart. Ansible runs it on a terminal, where stderr comes out among stdout.',
  '- A program that is not there ends a `command` with rc 127, as a shell says it; Ansible has 2.',
  '- `register` has less: of a file that was written `dest`, `path`, `size`, `mode`, `state`, `checksum` (not with `remote_src`) and `backup_file`, but no owner and no `md5sum`; of a new user the `uid` only if it was given; of get_url only `dest` and `url`; of wait_for no attributes of the file; of `stat` no `readable`, `writeable`, `executable`, `mimetype`, `charset` and `attributes`.',
  "- authorized_key with `manage_dir` counts it as a change where only the directory's mode or owner is another; Ansible changes it and says nothing.",
  '- A file is not written where it can not be given its owner; Ansible writes it first and fails then.',
  '- `mode: 644` without quotes is 0644 here; Ansible takes it for the decimal number, which is 1204.',
  '- `copy` of a directory with `remote_src`: links are copied as links, and what differs deep below is copied in the same run. Ansible 2.14 leaves out links at the top (and calls that a change each time), names as `tags` and `.git`, and what is below a directory in which something else was changed.',
  '- In check mode an archive of tar is compared; Ansible skips it. `copy` with `remote_src`, `get_url` and `file` with a new owner count as a change there where a directory or user is missing that an earlier task may make; Ansible fails.',
  '- `unarchive` fetches a URL once to compare it, and again to unpack it. An archive that ansible-vault has encrypted is not opened; what `copy`, `template` and `script` send is.',
  '- `file` with `recurse` leaves alone what links in the directory lead to; Ansible goes after them, wherever they lead, with `follow`, which is its default.',
  "- `find` gives files in the order of their paths, Ansible's in that of the directory. `contains` is an expression of grep -P on the node; Python's are nearly the same.",
  "- `uri` sends name and password with the first request, and nothing for `body_format: json` without a body; Ansible sends `null`. Of a server that can not be reached the reason is in curl's words.",
  '- `package_facts` has no `origin`. `service_facts` takes no word of a description for a state. `setup` gathers all that `docs/playbooks.md` lists, whatever `gather_subset` says; in check mode it gives what is known.',
  '- `mount` takes no notice of a "/" at the end of a path.',
  '- `reboot` says `rebooted: false` when the node is not back in time; Ansible says true.',
  '- deb822_repository is newer than Ansible 2.14, and modprobe needs a kernel with modules: they are not compared, but held against their sources in test/actions. systemctl, hostnamectl, timedatectl and shutdown are stand-ins there.',
];

function actionLines({ name, help, parameters, notYet, takesAny }: Action): readonly string[] {
  const rows = Object.entries(parameters).map(([word, parameter]) => parameterRow(word, parameter));
  const table = rows.length === 0 ? [] : ['| argument | value | |', '| --- | --- | --- |', ...rows, ''];
  const missing = notYet.length === 0 ? [] : [`Not supported yet: ${notYet.map(code).join(', ')}.`, ''];
  return [
    `## ${name.replace('ansible.builtin.', '')}`,
    '',
    help,
    '',
    ...(takesAny === true ? [] : table),
    ...missing,
  ];
}

function parameterRow(word: string, { type, help, aliases, need }: Parameter<unknown>): string {
  const also = aliases.length === 0 ? '' : ` (or ${aliases.map(code).join(', ')})`;
  const wanted = need === 'required' ? ' (wanted)' : '';
  return `| ${code(word)}${wanted}${also} | ${cell(type)}${otherwise(need)} | ${cell(help)} |`;
}

function otherwise(need: Parameter<unknown>['need']): string {
  if (typeof need === 'string') return '';
  const value = need.otherwise;
  if (typeof value === 'boolean') return `; ${value ? 'yes' : 'no'} unless said`;
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text === '' ? '' : `; \`${text}\` unless said`;
}

const code = (word: string): string => `\`${word}\``;
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
