import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fromHome } from '../files/from-home.ts';
import { namesOf, type Word } from './connection-words.ts';
import type { Variable, Variables } from './draft.ts';
import type { Become, ConnectionOptions } from './node.ts';
import { sshArguments, sshOption, type SshLines } from './ssh-arguments.ts';
import { truthOf } from './truth.ts';

type Find = (word: Word) => Variable | undefined;

/**
 * Connection options of a host, from its merged variables, which connectionProblem has passed, with no templates left.
 * What neither they nor `defaults` (the command line; any variable wins over it, as with Ansible) give: the host's own
 * name, port 22, root, the agent's and OpenSSH's default keys, OpenSSH's known hosts, no become.
 */
export function connectionOptions(
  host: string,
  variables: Variables,
  defaults: Variables = new Map(),
): ConnectionOptions {
  const find: Find = (word) => first(variables, word) ?? first(defaults, word);
  const text = (word: Word): string | undefined => textsOf(find(word)?.value)[0];
  const paths = (word: Word): readonly string[] =>
    textsOf(find(word)?.value).map((path) => absolutePath(path, find(word)?.at.file ?? ''));
  const [keyFile] = paths('keyFile');
  const knownHosts = paths('knownHosts');
  const port = find('port')?.value;
  const user = text('user');
  const assumed = [
    ...(port === undefined ? (['port'] as const) : []),
    ...(user === undefined ? (['user'] as const) : []),
    ...(knownHosts.length === 0 ? (['knownHosts'] as const) : []),
  ];
  const sshOptions = sshLines(find);
  const transport = transportOf(find);
  const password = secretOf(find('password'));
  const become = becomeOf(find, user);
  return {
    host: text('host') ?? host,
    port: Number(port ?? 22),
    user: user ?? 'root',
    ...(keyFile !== undefined && { keyFile }),
    knownHosts:
      knownHosts.length > 0
        ? knownHosts
        : [resolve(homedir(), '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts'],
    ...(assumed.length > 0 && { assumed }),
    ...(sshOptions.length > 0 && { sshOptions }),
    ...(transport !== undefined && { transport }),
    ...(password !== undefined && { password }),
    ...(become !== undefined && { become }),
  };
}

function first(variables: Variables, word: Word): Variable | undefined {
  const name = namesOf(word).find((each) => variables.has(each));
  return name === undefined ? undefined : variables.get(name);
}

/** The strongest first, as ssh_config has it; a time-out stands last, so that an option for it wins. */
function sshLines(find: Find): readonly string[] {
  const lines = (parsed: SshLines): readonly string[] => ('lines' in parsed ? parsed.lines : []);
  const ofArguments = (word: Word): readonly string[] =>
    textsOf(find(word)?.value).flatMap((text) => lines(sshArguments(text)));
  const timeout = scalarOf(find('timeout'));
  return [
    ...textsOf(find('sshOptions')?.value).flatMap((text) => lines(sshOption(text))),
    ...ofArguments('sshArguments'),
    ...ofArguments('commonArguments'),
    ...ofArguments('extraArguments'),
    ...(timeout === undefined ? [] : [`ConnectTimeout ${timeout}`]),
  ];
}

function transportOf(find: Find): ConnectionOptions['transport'] {
  const given = find('transport')?.value;
  if (given === 'ssh' || given === 'openssh' || given === 'local') return given;
  const connection = scalarOf(find('connection'));
  if (connection === undefined) return undefined;
  return connection.endsWith('local') ? 'local' : 'ssh';
}

/** Becoming the user who logs in is nothing to do, as with Ansible; who that is must stand in the inventory. */
function becomeOf(find: Find, loginUser: string | undefined): Become | undefined {
  if (truthOf(find('become')?.value ?? false) !== true) return undefined;
  const method = (scalarOf(find('becomeMethod')) ?? 'sudo').endsWith('sudo') ? 'sudo' : 'su';
  // Of the method's own variables and the common ones, these win with Ansible (2.14).
  const user = find(method === 'sudo' ? 'sudoUser' : 'suUser') ?? find('becomeUser');
  const password = secretOf(
    find(method === 'sudo' ? 'sudoPassword' : 'suPassword') ?? find('becomePassword'),
  );
  const become: Become = { method, user: scalarOf(user) ?? 'root' };
  if (become.user === loginUser) return undefined;
  return password === undefined ? become : { ...become, password };
}

function secretOf(variable: Variable | undefined): (() => string) | undefined {
  const secret = scalarOf(variable);
  return secret === undefined ? undefined : () => secret;
}

/** Text, or a number as text. */
function scalarOf(variable: Variable | undefined): string | undefined {
  const value = variable?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return [value]
    .flat()
    .filter((item) => typeof item === 'string')
    .filter((item) => item !== '');
}

/**
 * A path as its inventory file means it: `~` is the home directory, all else is seen from the file's directory, and for
 * what stands in group_vars/ or host_vars/ from the directory that holds these.
 */
function absolutePath(path: string, inventoryFile: string): string {
  return resolve(inventoryFile.replace(/(^|\/)(?:group_vars|host_vars)\/.*$/su, '$1x'), '..', fromHome(path));
}
