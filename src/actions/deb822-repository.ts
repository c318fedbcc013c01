import type { Facts, HostRead } from './host/facts.ts';
import { attributeActs } from './host/attributes.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
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
  signed_by: optional(plainText('The file of its key on the node, or the key itself in ASCII armor.')),
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

const ARMOR = '-----BEGIN PGP';

/** A package repository in apt's newer format, as Ansible's module. */
export const deb822Repository = plainHostTask({
  name: 'deb822_repository',
  help: 'A package repository in a .sources file of its own. Follow it with apt: {update_cache: yes}.',
  parameters,
  notYet: ['exclude', 'include', 'install_python_debian'],
  changes: true,
  check: ({ state, uris, suites, signed_by: key, name }) => [
    ...(state === 'present' && (uris.length === 0 || suites.length === 0)
      ? [{ what: '"uris" and "suites" are wanted' }]
      : []),
    ...(slugOf(name) === '' ? [{ argument: 'name', what: `"${name}" has no letter for a file name` }] : []),
    ...(key === undefined || key.startsWith('/') || key.startsWith(ARMOR)
      ? []
      : [
          {
            argument: 'signed_by',
            what: '"signed_by" is wrong: a file on the node or a key in ASCII armor is wanted; a URL is not supported yet',
          },
        ]),
  ],
  reads: ({ name }): readonly HostRead[] => [
    { read: 'path', path: sourceFile(name), content: true },
    { read: 'path', path: keyFile(name), content: true },
    { read: 'path', path: '/etc/apt/keyrings', only: 'what' },
  ],
  decide,
});

/** As Ansible makes it of the name. */
const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[_\s]+/gu, '-')
    .replaceAll(/[^a-z0-9-]+/gu, '');

const sourceFile = (name: string): string => `/etc/apt/sources.list.d/${slugOf(name)}.sources`;
const keyFile = (name: string): string => `/etc/apt/keyrings/${slugOf(name)}.asc`;

function decide(values: RepositoryValues, facts: Facts): Decision {
  const { name, state, signed_by: key } = values;
  const source = facts.path(sourceFile(name));
  const result = { dest: source.path, repo: name };
  if (state === 'absent') {
    const there = [sourceFile(name), keyFile(name)].filter((path) => facts.path(path).status !== undefined);
    const acts = there.map((path) => ({ argv: ['rm', '-f', path] }));
    return acts.length === 0 ? { is: 'as wanted', result } : { is: 'change', acts, result };
  }
  const ownKey = key?.startsWith(ARMOR) === true ? key : undefined;
  const content = Buffer.from(sourceText(values));
  const acts = [
    ...(ownKey !== undefined && facts.path('/etc/apt/keyrings').status === undefined
      ? [{ argv: ['install', '-d', '-m', '0755', '/etc/apt/keyrings'] }]
      : []),
    ...(ownKey === undefined ? [] : fileActs(keyFile(name), ended(ownKey), '0644', facts)),
    ...fileActs(sourceFile(name), content.toString(), values.mode, facts),
  ];
  if (acts.length === 0) return { is: 'as wanted', result };
  return { is: 'change', acts, diffs: contentDiff(source.path, source, content), result };
}

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

function fileActs(path: string, text: string, wantedMode: string, facts: Facts): readonly HostAct[] {
  const { content, followed: now, real } = facts.path(path);
  if (content?.toString() !== text)
    return [writeAct({ path: real, content: Buffer.from(text), now, backup: false, mode: wantedMode })];
  return now === undefined ? [] : attributeActs(real, now, { mode: wantedMode });
}

/** The stanza, as Ansible orders it: by the names of the arguments. */
function sourceText(values: RepositoryValues): string {
  const { name, state: _, mode: __, signed_by: key, ...others } = values;
  const rows = Object.entries(others).map(([word, value]) => [word, shown(value)] as const);
  const signedBy = key?.startsWith(ARMOR) === true ? keyFile(name) : key;
  return [...rows, ['name', name] as const, ['signed_by', signedBy] as const]
    .filter(([, value]) => value !== undefined && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, value]) => `${fieldOf(word)}: ${value ?? ''}\n`)
    .join('');
}

const FIELDS: Readonly<Record<string, string>> = {
  name: 'X-Repolib-Name',
  uris: 'URIs',
  pdiffs: 'PDiffs',
  inrelease_path: 'InRelease-Path',
};

const fieldOf = (word: string): string =>
  FIELDS[word] ?? word.replaceAll(/(?:^|_)[a-z]/gu, (part) => part.toUpperCase().replace('_', '-'));

function shown(value: string | boolean | readonly string[] | undefined): string | undefined {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? value.join(' ') : value;
}
