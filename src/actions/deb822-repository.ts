import { ok } from '../diagnostic.ts';
import type { Facts, HostRead } from './host/facts.ts';
import { attributeActs } from './host/attributes.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { fetchText, isUrl } from './host/fetch-text.ts';
import { hostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, list, permissions, optional, preset, plainText } from './host/parameters.ts';
import { contentDiff } from './host/place-content.ts';
import { writeAct } from './host/write-file.ts';

const parameters = {
  name: plainText('What it is called; its file is named after it.'),
  state: preset(choice(['present', 'absent'], 'Whether it is to be there.'), 'present'),
  types: preset(list('deb, deb-src.'), ['deb']),
  uris: preset(list('Where it is.'), []),
  suites: preset(list('Its suites: trixie.'), []),
  components: preset(list('Its components: pve-no-subscription.'), []),
  architectures: preset(list('Its architectures.'), []),
  languages: preset(list('Its languages.'), []),
  targets: preset(list('What is fetched of it.'), []),
  signed_by: optional(
    plainText(
      'The file of its key on the node, the key itself in ASCII armor, a fingerprint, or a URL that the node fetches it from.',
    ),
  ),
  enabled: optional(flag('Whether it is used.')),
  trusted: optional(flag('Whether it is taken without a signature.')),
  allow_insecure: optional(flag('As apt has it.')),
  allow_weak: optional(flag('As apt has it.')),
  allow_downgrade_to_insecure: optional(flag('As apt has it.')),
  by_hash: optional(flag('As apt has it.')),
  check_date: optional(flag('As apt has it.')),
  check_valid_until: optional(flag('As apt has it.')),
  pdiffs: optional(flag('As apt has it.')),
  date_max_future: optional(plainText('As apt has it.')),
  inrelease_path: optional(plainText('As apt has it.')),
  mode: preset(permissions('Permissions of its file.'), '0644'),
};

type RepositoryValues = Values<typeof parameters>;

const ARMOR = '-----BEGIN PGP PUBLIC KEY BLOCK-----';

/** A package repository in apt's newer format, as Ansible's module. */
export const deb822Repository = hostTask({
  name: 'deb822_repository',
  help: 'A package repository in a .sources file of its own. Follow it with apt: {update_cache: yes}.',
  parameters,
  notYet: ['exclude', 'include', 'install_python_debian'],
  changes: true,
  check: ({ state, uris, suites, name }) => [
    ...(state === 'present' && (uris.length === 0 || suites.length === 0)
      ? [{ what: '"uris" and "suites" are wanted' }]
      : []),
    ...(slugOf(name) === '' ? [{ argument: 'name', what: `"${name}" has no letter for a file name` }] : []),
  ],
  prepare: ({ signed_by: key }, { context }) =>
    // The node fetches it, as it fetches the packages.
    key !== undefined && isUrl(key) ? fetchText(key, 'the key', context) : Promise.resolve(ok(undefined)),
  reads: readsOf,
  readsAhead: readsOf,
  decide,
});

/** As Ansible makes it of the name. */
const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[_\s]+/gu, '-')
    .replaceAll(/[^a-z0-9-]+/gu, '');

function readsOf({ name }: RepositoryValues): readonly HostRead[] {
  const files = [sourceFile(name), keyFile(name, 'asc'), keyFile(name, 'gpg')];
  return [
    ...files.map((path) => ({ read: 'path', path, content: true }) as const),
    { read: 'path', path: KEYRINGS, only: 'what' },
  ];
}

const KEYRINGS = '/etc/apt/keyrings';

const sourceFile = (name: string): string => `/etc/apt/sources.list.d/${slugOf(name)}.sources`;
const keyFile = (name: string, ending: 'asc' | 'gpg'): string => `${KEYRINGS}/${slugOf(name)}.${ending}`;

function decide(values: RepositoryValues, facts: Facts, key: Buffer | undefined): Decision {
  const { name, state, mode } = values;
  const source = facts.path(sourceFile(name));
  if (state === 'absent') {
    const all = [sourceFile(name), keyFile(name, 'asc'), keyFile(name, 'gpg')];
    const acts = all
      .filter((path) => facts.path(path).status !== undefined)
      .map((path) => ({ argv: ['rm', '-f', path] }));
    const result = { dest: source.path };
    return acts.length === 0 ? { is: 'as wanted', result } : { is: 'change', acts, result };
  }
  const keyPath = key && keyFile(name, key.includes(ARMOR) ? 'asc' : 'gpg');
  const content = Buffer.from(sourceText(values, keyPath ?? values.signed_by));
  const result = { dest: source.path, repo: content.toString(), ...(keyPath && { key_filename: keyPath }) };
  const acts = [
    ...(key !== undefined && facts.path(KEYRINGS).status === undefined
      ? [{ argv: ['install', '-d', '-m', '0755', KEYRINGS] }]
      : []),
    ...(key === undefined || keyPath === undefined ? [] : fileActs(keyPath, key, '0644', facts)),
    ...fileActs(sourceFile(name), content, mode, facts),
  ];
  if (acts.length === 0) return { is: 'as wanted', result };
  return { is: 'change', acts, diffs: contentDiff(source.path, source, content), result };
}

function fileActs(path: string, wanted: Buffer, mode: string, facts: Facts): readonly HostAct[] {
  const { content, followed: now, real } = facts.path(path);
  if (content?.equals(wanted) !== true)
    return [writeAct({ path: real, content: wanted, now, backup: false, mode })];
  return now === undefined ? [] : attributeActs(real, now, { mode });
}

/** The stanza, as Ansible orders it: by the names of the arguments. */
function sourceText(values: RepositoryValues, signedBy: string | undefined): string {
  const { name, state: _, mode: __, signed_by: ___, ...others } = values;
  const rows = Object.entries(others).map(([word, value]) => [word, shown(value)] as const);
  return [...rows, ['name', name] as const, ['signed_by', signedBy] as const]
    .filter(([, value]) => value !== undefined && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, value = '']) => `${fieldOf(word)}:${fieldText(value)}\n`)
    .join('');
}

/** A text of several lines, such as a key, goes below, an empty line as a dot. */
function fieldText(value: string): string {
  if (!value.includes('\n')) return ` ${value}`;
  return value
    .trim()
    .split('\n')
    .map((line) => `\n    ${line.trim() === '' ? '.' : line.trim()}`)
    .join('');
}

const FIELDS: Readonly<Record<string, string>> = {
  name: 'X-Repolib-Name',
  uris: 'URIs',
};

const fieldOf = (word: string): string =>
  FIELDS[word] ?? word.replaceAll(/(?:^|_)[a-z]/gu, (part) => part.toUpperCase().replace('_', '-'));

function shown(value: string | boolean | readonly string[] | undefined): string | undefined {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? value.join(' ') : value;
}
