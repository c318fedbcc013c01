import { linesOf } from './host/edit-text.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { LineFiles } from './host/file-lines.ts';
import { lineFile, lineReads, linesOfFiles } from './host/file-lines.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, permissions, optional, preset, plainText } from './host/parameters.ts';
import { contentDiff } from './host/place-content.ts';
import { writeAct } from './host/write-file.ts';

const parameters = {
  repo: plainText('A line as in sources.list: deb http://… trixie main.'),
  state: preset(choice(['present', 'absent'], 'Whether it is to be there.'), 'present'),
  filename: optional(
    plainText('The file in /etc/apt/sources.list.d, without .list; left out: named after where it is.'),
  ),
  update_cache: preset(flag('Read the lists of packages anew after a change.', ['update-cache']), true),
  mode: preset(permissions('Permissions of a new file.'), '0644'),
  install_python_apt: preset(flag('Taken, but nothing is installed: no Python is needed.'), true),
  validate_certs: preset(flag('Taken, but only a PPA of Ubuntu would be asked for.'), true),
};

type LineValues = Values<typeof parameters>;

const SOURCES = '/etc/apt/sources.list';
const LISTS: LineFiles = { directory: '/etc/apt/sources.list.d', ending: '.list', beside: SOURCES };

/** A package repository as a line of a list file, as Ansible's module. */
export const aptRepository = plainHostTask({
  name: 'apt_repository',
  help: 'A package repository as a line of a .list file; looked for in all of them.',
  parameters,
  notYet: ['codename', 'update_cache_retries', 'update_cache_retry_max_delay'],
  changes: true,
  check: ({ repo }) =>
    /^deb(?:-src)?\s+(?:\[[^\]]+\]\s+)?\S+\s+\S+/u.test(repo)
      ? []
      : [
          {
            argument: 'repo',
            what: `"repo" is wrong: it is "${repo}"; a line as in "deb http://deb.debian.org/debian trixie main" is wanted`,
          },
        ],
  reads: (values): readonly HostRead[] => [
    { read: 'path', path: fileOf(values), content: true },
    { read: 'path', path: SOURCES, content: true },
    ...lineReads(LISTS),
  ],
  decide,
});

function fileOf({ repo, filename }: LineValues): string {
  const place =
    repo
      .replace(/\[[^\]]+\]/u, '')
      .replace(/\w+:\/\//u, '')
      .replace(/^deb(?:-src)?\s+/u, '')
      .trim()
      .split(/\s+/u)[0] ?? '';
  const bare = place
    .replace(/^[^/@]*@/u, '')
    .replaceAll(/[^a-zA-Z0-9]+/gu, ' ')
    .trim();
  return `/etc/apt/sources.list.d/${(filename ?? bare.replaceAll(' ', '_')).replace(/\.list$/u, '')}.list`;
}

const normal = (line: string): string =>
  line
    .trim()
    .replace(/(?<=^|\s)#.*$/u, '')
    .trim()
    .split(/\s+/u)
    .join(' ');

function decide(values: LineValues, facts: Facts): Decision {
  const { repo, state } = values;
  const own = fileOf(values);
  const isOf = (line: string): boolean => normal(line) === normal(repo);
  const lines = linesOfFiles(LISTS, facts);
  const holders = [...new Set(lines.filter(({ line }) => isOf(line)).map(({ path }) => path))];
  const result = { repo, state };
  if (state === 'present' ? holders.length > 0 : holders.length === 0) return { is: 'as wanted', result };
  const edits = state === 'present' ? [own] : holders;
  const changes = edits.map((path) => {
    const found = lineFile(path, LISTS, lines, facts) ?? facts.path(path);
    const before = found.content?.toString() ?? '';
    const after =
      state === 'present'
        ? `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${normal(repo)}\n`
        : linesOf(before)
            .filter((line) => !isOf(line))
            .join('');
    const content = Buffer.from(after);
    const now = found.followed;
    const act: HostAct =
      after === '' && path !== SOURCES
        ? { argv: ['rm', '-f', path] }
        : writeAct({ path, content, now, backup: false, ...(now === undefined && { mode: values.mode }) });
    return { act, diffs: contentDiff(path, found, content) };
  });
  const update = values.update_cache ? [{ argv: ['apt-get', 'update'] }] : [];
  return {
    is: 'change',
    acts: [...changes.map(({ act }) => act), ...update],
    diffs: changes.flatMap(({ diffs }) => diffs),
    result,
  };
}
