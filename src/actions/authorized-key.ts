import { dirname } from 'node:path';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { accountFiles, accountOf } from './host/accounts.ts';
import { attributeActs } from './host/attributes.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Decision, HostAct, Local } from './host/host-task.ts';
import { hostTask } from './host/host-task.ts';
import { fetchText, isUrl } from './host/fetch-text.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { contentDiff } from './host/place-content.ts';
import { taskFailed } from './host/task-failed.ts';
import { writeAct } from './host/write-file.ts';

const parameters = {
  user: plainText('The user of the node.'),
  key: plainText(
    'One public key or more, each on a line of its own; or a URL that the node fetches them from.',
  ),
  state: preset(choice(['present', 'absent'], 'Whether they are to be there.'), 'present'),
  path: optional(absolutePath("The file; left out: .ssh/authorized_keys in the user's home directory.")),
  manage_dir: preset(flag('Make its directory, with its owner and mode.'), true),
  key_options: optional(plainText('Options before the key: from="10.0.0.0/8",no-pty.')),
  comment: optional(plainText('The comment of the key in place of its own.')),
  exclusive: preset(flag('Remove all keys that are not named.'), false),
  validate_certs: preset(flag('Check the certificate of the server of a URL.'), true),
};

type KeyValues = Values<typeof parameters>;

/** Public keys that log in as a user, as Ansible's module. */
export const authorizedKey = hostTask({
  name: 'authorized_key',
  help: 'Public SSH keys that log in as a user.',
  parameters,
  notYet: ['follow'],
  changes: true,
  check: ({ key }) =>
    isUrl(key) || areKeys(key) ? [] : [{ argument: 'key', what: `"key" is wrong: ${NO_KEY}` }],
  prepare: keysOf,
  readsAhead: readsOf,
  reads: readsOf,
  decide: (values, facts, key) => decide({ ...values, key }, facts),
});

const NO_KEY = 'it is no public key; a line as in "ssh-ed25519 AAAA… name" is wanted';

const areKeys = (text: string): boolean =>
  keyLines(text).length > 0 && keyLines(text).every((line) => keyOf(line) !== undefined);

async function keysOf(
  { key, validate_certs: isSure }: KeyValues,
  { context }: Pick<Local, 'context'>,
): Promise<Result<string>> {
  if (!isUrl(key)) return ok(key);
  const text = await fetchText(key, 'the keys', context, isSure ? 'checked' : 'any');
  if (!text.ok) return text;
  const keys = text.value.toString();
  return areKeys(keys) ? ok(keys) : fail(taskFailed(context, `Cannot take the keys from ${key}: ${NO_KEY}`));
}

function readsOf(values: KeyValues): readonly HostRead[] {
  return [
    { read: 'path', path: fileOf(values), content: true },
    { read: 'path', path: dirname(fileOf(values)), only: 'what' },
    ...accountFiles(['passwd']),
  ];
}

// A home directory of root's may be a link to /etc/pve/priv there: the file is written where it is.
const fileOf = ({ user, path: at }: KeyValues): string => at ?? `~${user}/.ssh/authorized_keys`;

const keyLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const KEY =
  /(?:^|\s)(?<kind>(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+)\s+(?<blob>[A-Za-z0-9+/]+=*)(?:\s+(?<comment>.*))?$/u;

/** What makes a line the same key as another: its kind and its digits. */
function keyOf(line: string): { readonly id: string; readonly comment: string } | undefined {
  const groups = KEY.exec(line)?.groups;
  if (groups === undefined) return undefined;
  return { id: `${groups['kind']} ${groups['blob']}`, comment: groups['comment'] ?? '' };
}

function wantedLine(line: string, { key_options: options, comment }: KeyValues): string {
  const key = keyOf(line);
  if (key === undefined) return line;
  const own = line.slice(0, line.indexOf(key.id)).trim();
  const before = options ?? own;
  // With no comment a space is left at the end, as Ansible leaves it.
  return `${before === '' ? '' : `${before} `}${key.id} ${comment ?? key.comment}`;
}

/** Whether a line says the same as another, however it is spaced. */
function saysSame(line: string, other: string): boolean {
  const [one, two] = [line, other].map((each) => {
    const key = keyOf(each.trim());
    return key && `${each.slice(0, each.indexOf(key.id)).trim()} ${key.id} ${key.comment.trim()}`;
  });
  return one === two;
}

function decide(values: KeyValues, facts: Facts): Decision {
  const { user, state, exclusive } = values;
  const account = accountOf(facts, 'passwd', user);
  if (account === undefined)
    return { is: 'refused', why: `Cannot write the keys of ${user}: there is no such user on this host` };
  const found = facts.path(fileOf(values));
  const before = found.content?.toString() ?? '';
  const given = keyLines(values.key);
  const after = state === 'present' ? added(before, given, values) : without(before, given);
  // Comments go too, as with Ansible.
  const kept = exclusive && state === 'present' ? onlyGiven(after, given) : after;
  const result = { user, path: found.path, keyfile: found.path };
  const [, , uid = '', gid = ''] = account;
  const owners = { owner: uid, group: gid };
  const directory = directoryActs(values, facts, owners);
  if (kept === before && (found.content !== undefined || kept === ''))
    return directory.length === 0 || found.content === undefined
      ? { is: 'as wanted', result }
      : { is: 'change', acts: directory, result };
  const content = Buffer.from(kept);
  const now = found.followed;
  const write = writeAct({ path: found.real, content, now, backup: false, ...owners, mode: '0600' });
  return {
    is: 'change',
    acts: [...directory, write],
    diffs: contentDiff(found.real, found, content),
    result,
  };
}

function directoryActs(
  values: KeyValues,
  facts: Facts,
  owners: { readonly owner: string; readonly group: string },
): readonly HostAct[] {
  const { path: at, followed } = facts.path(dirname(fileOf(values)));
  if (!values.manage_dir)
    return followed === undefined && values.state === 'present' ? [{ argv: ['mkdir', '-p', at] }] : [];
  if (followed !== undefined) return attributeActs(at, followed, { ...owners, mode: '0700' });
  const { owner, group } = owners;
  return [{ argv: ['install', '-d', '-m', '0700', '-o', owner, '-g', group, at], touches: [at] }];
}

/** Keys that are there already are replaced in their place where their options or comment differ. */
function added(before: string, given: readonly string[], values: KeyValues): string {
  let lines = splitLines(before);
  for (const line of given) {
    const id = keyOf(line)?.id;
    const fresh = wantedLine(line, values);
    const at = lines.findIndex((one) => !one.startsWith('#') && keyOf(one)?.id === id);
    if (at < 0) lines = [...lines, fresh];
    else if (!saysSame(lines[at] ?? '', fresh)) lines = lines.with(at, fresh);
  }
  return joinLines(lines);
}

function without(before: string, given: readonly string[]): string {
  const ids = given.map((line) => keyOf(line)?.id);
  const lines = splitLines(before);
  const kept = lines.filter(
    (line) => line.startsWith('#') || !ids.includes(keyOf(line)?.id) || keyOf(line) === undefined,
  );
  return kept.length === lines.length ? before : joinLines(kept);
}

function onlyGiven(text: string, given: readonly string[]): string {
  const ids = given.map((line) => keyOf(line)?.id);
  return joinLines(splitLines(text).filter((line) => !line.startsWith('#') && ids.includes(keyOf(line)?.id)));
}

const splitLines = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/u, '').split('\n');
const joinLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
