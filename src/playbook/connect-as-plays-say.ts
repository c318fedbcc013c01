import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { namesOf } from '../inventory/connection-words.ts';
import type { ConnectionOptions, Node } from '../inventory/node.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import type { ConnectingWord, Play, Written } from './playbook.ts';
import { CONNECTING_WORDS } from './playbook.ts';

/** The variables that are stronger than a word of a play, those of the play itself before those of the inventory. */
const stronger: Readonly<Record<ConnectingWord, readonly string[]>> = {
  connection: [...namesOf('transport'), ...namesOf('connection')],
  port: namesOf('port'),
  remote_user: namesOf('user'),
};

/** Connections of Ansible's that are ours, too. */
const BY_SSH = ['ssh', 'smart', 'paramiko', 'paramiko_ssh'];

/**
 * The hosts of plays as `remote_user`, `port` and `connection` of the plays, or variables of theirs, say that they are
 * connected to, by their names; those alone that this changes. What the inventory says is stronger than the words. A host
 * has one connection in a run, so plays that want different ones are an error.
 */
export function connectAsPlaysSay(
  hosts: ReadonlyMap<Play, readonly Node[]>,
  extraVars: Variables,
): Result<ReadonlyMap<string, Node>> {
  const said = new Map<Node, Map<ConnectingWord, string>>();
  const problems: Diagnostic[] = [];
  for (const [play, nodes] of hosts) {
    for (const node of nodes) {
      // Nobody logs in to this machine.
      if (node.connection.transport === 'local') continue;
      const before = said.get(node) ?? new Map<ConnectingWord, string>();
      said.set(node, before);
      for (const word of CONNECTING_WORDS) {
        const written = saidBy(play, word, node, extraVars);
        if (written === undefined) continue;
        const value = valueOf(written, play, node, extraVars);
        const problem = value.ok ? whyNot(word, value.value, before.get(word)) : undefined;
        if (!value.ok) problems.push(...value.diagnostics);
        else if (problem === undefined) before.set(word, value.value);
        else problems.push(wrong(play, written, node, problem));
      }
    }
  }
  if (problems.length > 0) return fail(...problems);
  return ok(new Map([...said].flatMap(([node, words]) => changed(node, words))));
}

/** What a play says, under its key. */
interface Said extends Written {
  readonly key: string;
}

/** Variables of -e count already. */
function saidBy(
  play: Play,
  word: ConnectingWord,
  { variables }: Node,
  extraVars: Variables,
): Said | undefined {
  const names = stronger[word];
  if (names.some((name) => name in extraVars)) return undefined;
  const own: Variables = { ...play.vars, ...play.fileVars };
  const key = names.find((name) => name in own);
  if (key !== undefined) return { key, value: own[key], positions: { '': play.at } };
  const written = play.connecting[word];
  if (written === undefined || names.some((name) => name in variables)) return undefined;
  return { key: word, ...written };
}

function valueOf(written: Said, play: Play, { variables }: Node, extraVars: Variables): Result<string> {
  const known = { ...variables, ...play.vars, ...play.fileVars, ...extraVars };
  const rendered = renderValue(written.value, written.positions, known);
  return rendered.ok ? ok(String(rendered.value)) : rendered;
}

/** The end of a sentence why a host can't be connected to like that. */
function whyNot(word: ConnectingWord, value: string, before: string | undefined): string | undefined {
  if (before !== undefined && before !== value)
    return `an earlier play says "${before}"; a host has one connection in a run`;
  if (word === 'port')
    return /^\d{1,5}$/u.test(value) && Number(value) > 0 && Number(value) <= 65_535
      ? undefined
      : 'a port is wanted, from 1 to 65535';
  if (word === 'remote_user') return value === '' ? 'the name of a user is wanted' : undefined;
  if (BY_SSH.includes(value)) return undefined;
  return value === 'local'
    ? 'its tasks would be run on this machine; "hosts: localhost" or "delegate_to: localhost" is wanted for that'
    : `one of ${BY_SSH.join(', ')} is wanted`;
}

function changed(
  node: Node,
  words: ReadonlyMap<ConnectingWord, string>,
): readonly (readonly [string, Node])[] {
  const user = words.get('remote_user');
  const port = words.get('port');
  if (user === undefined && port === undefined) return [];
  const { become, assumed = [], ...others } = node.connection;
  const connection: ConnectionOptions = {
    ...others,
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port: Number(port) }),
    // Who is that user already need not become it.
    ...(become !== undefined && become.user !== user && { become }),
    assumed: assumed.filter(
      (one) => !(one === 'user' && user !== undefined) && !(one === 'port' && port !== undefined),
    ),
  };
  return [[node.name, { ...node, connection }]];
}

function wrong(play: Play, { key, value, positions }: Said, { name }: Node, what: string): Diagnostic {
  const at = positionAt(positions, []) ?? play.at;
  return {
    code: 'playbook/connection',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot connect to ${name} by "${key}: ${String(value)}": ${what}`,
    host: name,
    at,
  };
}
