import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Variable, Variables } from './draft.ts';
import type { ConnectionOptions } from './node.ts';
import { inventoryError } from './trouble.ts';

/**
 * How variables say where and how to connect. Every such word may be written `pvefleet_…` or, but for the last,
 * `ansible_…`; pvefleet's wins. What is not given: the host's own name, port 22, root, and OpenSSH's known hosts.
 */
const words = ['host', 'port', 'user', 'ssh_private_key_file', 'known_hosts'] as const;
type Word = (typeof words)[number];

const supported: readonly string[] = words.flatMap((word) =>
  word === 'known_hosts' ? ['pvefleet_known_hosts'] : [`pvefleet_${word}`, `ansible_${word}`],
);
/** Read by other parts of pvefleet, or without effect on how a node is reached. */
const harmless: readonly string[] = [
  'pvefleet_cluster',
  'ansible_python_interpreter',
  'ansible_group_priority',
];

/** What is wrong with a variable that concerns connections, where it was written; undefined for every other variable. */
export function connectionProblem(name: string, variable: Variable): Diagnostic | undefined {
  if (harmless.includes(name) || !/^(ansible|pvefleet)_/u.test(name)) return undefined;
  if (!supported.includes(name)) return unsupported(name, variable);
  const problem = problemOf(wordOf(name), variable.value);
  if (problem === undefined) return undefined;
  return inventoryError('connection-value', `Cannot use ${name}: ${problem}`, variable.at);
}

/** Connection options of a host, from its merged variables, which connectionProblem has passed. */
export function connectionOptions(host: string, variables: Variables): ConnectionOptions {
  const find = (word: Word): Variable | undefined =>
    variables.get(`pvefleet_${word}`) ?? variables.get(`ansible_${word}`);
  const keyFile = find('ssh_private_key_file');
  const knownHosts = variables.get('pvefleet_known_hosts');
  return {
    host: String(find('host')?.value ?? host),
    port: Number(find('port')?.value ?? 22),
    user: String(find('user')?.value ?? 'root'),
    ...(keyFile !== undefined && { keyFile: absolutePath(String(keyFile.value), keyFile.at.file) }),
    knownHosts:
      knownHosts === undefined
        ? [resolve(homedir(), '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts']
        : [knownHosts.value].flat().map((path) => absolutePath(String(path), knownHosts.at.file)),
  };
}

/** A path as its inventory file means it: `~` is the home directory, all else is seen from the file's directory. */
function absolutePath(path: string, inventoryFile: string): string {
  return path === '~' || path.startsWith('~/')
    ? resolve(homedir(), path.slice(2))
    : resolve(dirname(inventoryFile), path);
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

function wordOf(name: string): Word {
  return (
    words.find((word) => name.endsWith(`_${word}`) && name.length === name.indexOf('_') + 1 + word.length) ??
    'host'
  );
}

/** The end of a sentence about a value that can't be used, or undefined. */
function problemOf(word: Word, value: unknown): string | undefined {
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

function shown(value: unknown): string {
  return value === '' ? 'empty' : JSON.stringify(value);
}
