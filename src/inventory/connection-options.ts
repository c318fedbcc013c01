import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Variable, Variables } from './draft.ts';
import type { ConnectionOptions } from './node.ts';
import { inventoryError } from './trouble.ts';

type Word = 'host' | 'port' | 'user' | 'ssh_private_key_file' | 'known_hosts';

/**
 * The variables that say where and how to connect. `pvefleet_…` wins over `ansible_…`; what is not given: the host's own
 * name, port 22, root, the agent's and OpenSSH's default keys, OpenSSH's known hosts.
 */
const words: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['ansible_host', 'host'],
  ['ansible_port', 'port'],
  ['ansible_user', 'user'],
  ['ansible_ssh_private_key_file', 'ssh_private_key_file'],
  ['pvefleet_host', 'host'],
  ['pvefleet_port', 'port'],
  ['pvefleet_user', 'user'],
  ['pvefleet_ssh_private_key_file', 'ssh_private_key_file'],
  ['pvefleet_known_hosts', 'known_hosts'],
]);

const supported = [...words.keys()];
/** Read by other parts of pvefleet, or without effect on how a node is reached. */
const harmless = new Set(['pvefleet_cluster', 'ansible_python_interpreter', 'ansible_group_priority']);

/** What is wrong with a variable that concerns connections, where it was written; undefined for every other variable. */
export function connectionProblem(name: string, variable: Variable): Diagnostic | undefined {
  if (!/^(ansible|pvefleet)_/u.test(name) || harmless.has(name)) return undefined;
  const word = words.get(name);
  if (word === undefined) return unsupported(name, variable);
  const shown = variable.secret === true ? () => 'something else (encrypted)' : shownValue;
  const problem = problemOf(word, variable.value, shown);
  if (problem === undefined) return undefined;
  return inventoryError('connection-value', `Cannot use ${name}: ${problem}`, variable.at);
}

/** Connection options of a host, from its merged variables, which connectionProblem has passed. */
export function connectionOptions(host: string, variables: Variables): ConnectionOptions {
  const find = (word: Word): Variable | undefined =>
    variables.get(`pvefleet_${word}`) ?? variables.get(`ansible_${word}`);
  const text = (word: Word): string | undefined => textsOf(find(word)?.value)[0];
  const paths = (word: Word): readonly string[] =>
    textsOf(find(word)?.value).map((path) => absolutePath(path, find(word)?.at.file ?? ''));
  const [keyFile] = paths('ssh_private_key_file');
  const knownHosts = paths('known_hosts');
  return {
    host: text('host') ?? host,
    port: Number(find('port')?.value ?? 22),
    user: text('user') ?? 'root',
    ...(keyFile !== undefined && { keyFile }),
    knownHosts:
      knownHosts.length > 0
        ? knownHosts
        : [resolve(homedir(), '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts'],
  };
}

function textsOf(value: unknown): readonly string[] {
  return [value].flat().filter((item) => typeof item === 'string');
}

/**
 * A path as its inventory file means it: `~` is the home directory, all else is seen from the file's directory, and for
 * what stands in group_vars/ or host_vars/ from the directory that holds these.
 */
function absolutePath(path: string, inventoryFile: string): string {
  return path === '~' || path.startsWith('~/')
    ? resolve(homedir(), path.slice(2))
    : resolve(inventoryFile.replace(/(^|\/)(?:group_vars|host_vars)\/.*$/su, '$1x'), '..', path);
}

function unsupported(name: string, { value, at }: Variable): Diagnostic | undefined {
  if (name === 'ansible_connection' && (value === 'ssh' || value === 'smart')) return undefined;
  if (name === 'ansible_become' && (value === false || value === 'no' || value === 'false')) return undefined;
  const guess = didYouMean(name, supported);
  if (guess !== '' || name.startsWith('pvefleet_')) {
    return inventoryError(
      'unknown-variable',
      `Cannot use ${name}: there is no such connection variable${guess}`,
      at,
      supportedHint,
    );
  }
  return inventoryError(
    'not-yet',
    `Cannot use ${name}: pvefleet does not support it yet, and without it a host may be reached otherwise than you mean`,
    at,
    supportedHint,
  );
}

const supportedHint = `Supported: ${supported.join(', ')}`;

/** The end of a sentence about a value that can't be used, or undefined. */
function problemOf(word: Word, value: unknown, shown: (value: unknown) => string): string | undefined {
  if ([value].flat().some((item) => typeof item === 'string' && item.includes('{{'))) {
    return 'it holds a template, which pvefleet does not render in connection variables yet; the value itself is wanted';
  }
  if (word === 'port') {
    const port =
      typeof value === 'number' || (typeof value === 'string' && /^\d+$/u.test(value))
        ? Number(value)
        : Number.NaN;
    return Number.isInteger(port) && port >= 1 && port <= 65_535
      ? undefined
      : `it is ${shown(value)}; a port from 1 to 65535 is wanted`;
  }
  if (word === 'known_hosts' && Array.isArray(value)) {
    return value.length > 0 && value.every(isText)
      ? undefined
      : `it is ${shown(value)}; a file or a list of files is wanted`;
  }
  return isText(value) ? undefined : `it is ${shown(value)}; text is wanted`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !/[\0\r\n]/u.test(value);
}

function shownValue(value: unknown): string {
  return value === '' ? 'empty' : JSON.stringify(value);
}
