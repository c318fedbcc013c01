import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { connectionVariables, holdsPassword, holdsTemplate, type Word, wordOf } from './connection-words.ts';
import type { Variable } from './draft.ts';
import { sshArguments, sshOption, type SshLines } from './ssh-arguments.ts';
import { inventoryError } from './trouble.ts';
import { truthOf } from './truth.ts';

/** Read by other parts of pvefleet, or without effect on how a node is reached and on what runs there. */
const harmless =
  /^(?:pvefleet_cluster|ansible_(?:python_interpreter|group_priority|(?:ssh_)?pipelining|ssh_transfer_method|(?:sftp|scp)_\w+|(?:ssh_)?control_path(?:_dir)?|ssh_retries|ssh_use_tty|shell_(?:type|executable)))$/u;

/** Ansible's variables that say how to connect; those of them that are no words of ours can't be passed over. */
const ofConnections =
  /^ansible_(?:ssh|become|sudo|su|sshpass|connection|paramiko|winrm|psrp|httpapi|netconf|network|docker|lxc|lxd|jail|chroot)_/u;

/**
 * What is wrong with a variable that concerns connections, where it was written; undefined for every other variable.
 * Templates are left alone: what they become is held against the same rules (render-connection.ts).
 */
export function connectionProblem(name: string, variable: Variable): Diagnostic | undefined {
  if (!/^(?:ansible|pvefleet)_/u.test(name) || harmless.test(name)) return undefined;
  const word = wordOf(name);
  if (word === undefined) return unsupported(name, variable);
  if (holdsTemplate(variable.value)) return undefined;
  const isSecret = variable.secret === true || holdsPassword(name);
  const problem = problemOf(word, variable.value, isSecret ? () => 'something else (a secret)' : shownValue);
  if (problem === undefined) return undefined;
  const hint =
    word === 'hostKeyChecking'
      ? 'leave it out, and take up the keys once: ssh-keyscan HOST >> ~/.ssh/known_hosts, after comparing them'
      : undefined;
  return inventoryError('connection-value', `Cannot use ${name}: ${problem}`, variable.at, hint);
}

function unsupported(name: string, { at }: Variable): Diagnostic | undefined {
  const guess = didYouMean(name, connectionVariables);
  if (guess !== '' || name.startsWith('pvefleet_')) {
    const message = `Cannot use ${name}: there is no such connection variable${guess}`;
    return inventoryError('unknown-variable', message, at, seePage);
  }
  if (!ofConnections.test(name)) return undefined;
  const message = `Cannot use ${name}: it is not supported yet, and without it a host may be reached otherwise than you mean`;
  return inventoryError('not-yet', message, at, seePage);
}

const seePage = 'The variables that there are: pvefleet docs inventory';

type Show = (value: unknown) => string;

/** The end of a sentence about a value that can't be used, or undefined. */
function problemOf(word: Word, value: unknown, shown: Show): string | undefined {
  switch (word) {
    case 'port':
      return isNumber(value, 1, 65_535)
        ? undefined
        : `it is ${shown(value)}; a port from 1 to 65535 is wanted`;
    case 'timeout':
      return isNumber(value, 1, 86_400) ? undefined : `it is ${shown(value)}; a number of seconds is wanted`;
    case 'knownHosts':
      if (!Array.isArray(value)) return isText(value) ? undefined : `it is ${shown(value)}; text is wanted`;
      return value.length > 0 && value.every(isText)
        ? undefined
        : `it is ${shown(value)}; a file or a list of files is wanted`;
    case 'transport':
      return choiceProblem(value, /^(?:ssh|openssh|local)$/u, 'ssh, openssh or local', shown);
    case 'connection':
      return choiceProblem(
        value,
        /^(?:(?:ansible\.builtin\.)?(?:ssh|paramiko|paramiko_ssh|local)|smart)$/u,
        'ssh or local',
        shown,
      );
    case 'becomeMethod':
      return choiceProblem(value, /^(?:ansible\.builtin\.)?(?:sudo|su)$/u, 'sudo or su', shown);
    case 'become':
      return truthOf(value) === undefined ? `it is ${shown(value)}; true or false is wanted` : undefined;
    case 'hostKeyChecking':
      return truthOf(value) === true
        ? undefined
        : `it is ${shown(value)}, and pvefleet always checks host keys; true is wanted`;
    case 'sshOptions': {
      const texts = [value].flat();
      if (!texts.every(isText) || texts.length === 0)
        return `it is ${shown(value)}; text or a list of texts, as "ProxyJump bastion", is wanted`;
      return texts.map((text) => linesProblem(sshOption(text))).find((problem) => problem !== undefined);
    }
    case 'sshArguments':
    case 'commonArguments':
    case 'extraArguments':
      // Empty, it takes back what a group has set.
      if (value === '' || value === null) return undefined;
      return isText(value) ? linesProblem(sshArguments(value)) : `it is ${shown(value)}; text is wanted`;
    case 'password':
    case 'becomePassword':
    case 'sudoPassword':
    case 'suPassword':
      return isText(value) || Number.isSafeInteger(value)
        ? undefined
        : `it is ${value === '' ? 'empty' : shown(value)}; text in one line is wanted`;
    case 'host':
    case 'user':
    case 'keyFile':
    case 'becomeUser':
    case 'sudoUser':
    case 'suUser':
      return isText(value) ? dashProblem(word, value, shown) : `it is ${shown(value)}; text is wanted`;
  }
}

/** What begins with a dash would be read as an option by the programs that it is handed to. */
function dashProblem(word: Word, value: string, shown: Show): string | undefined {
  if (word === 'keyFile' || !value.startsWith('-')) return undefined;
  return `it is ${shown(value)}, which begins with a dash; a ${word === 'host' ? 'host' : 'user'}'s name is wanted`;
}

function choiceProblem(value: unknown, known: RegExp, wanted: string, shown: Show): string | undefined {
  return typeof value === 'string' && known.test(value)
    ? undefined
    : `it is ${shown(value)}; ${wanted} is wanted`;
}

function linesProblem(lines: SshLines): string | undefined {
  return 'problem' in lines ? lines.problem : undefined;
}

function isNumber(value: unknown, least: number, most: number): boolean {
  const number =
    typeof value === 'number' || (typeof value === 'string' && /^\d+$/u.test(value))
      ? Number(value)
      : Number.NaN;
  return Number.isInteger(number) && number >= least && number <= most;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !/[\0\r\n]/u.test(value);
}

function shownValue(value: unknown): string {
  return value === '' ? 'empty' : JSON.stringify(value);
}
