/** What a connection variable says. */
export type Word =
  | 'host'
  | 'port'
  | 'user'
  | 'keyFile'
  | 'knownHosts'
  | 'transport'
  | 'connection'
  | 'sshOptions'
  | 'sshArguments'
  | 'commonArguments'
  | 'extraArguments'
  | 'timeout'
  | 'password'
  | 'become'
  | 'becomeMethod'
  | 'becomeUser'
  | 'sudoUser'
  | 'suUser'
  | 'becomePassword'
  | 'sudoPassword'
  | 'suPassword'
  | 'hostKeyChecking';

/**
 * The variables that say where and how to connect, by what they say; of several that are set the first one counts.
 * `pvefleet_…` wins over all; among Ansible's own the order is what ansible-core (2.14) does: `ansible_ssh_…` first.
 */
const table: ReadonlyMap<Word, readonly string[]> = new Map<Word, readonly string[]>([
  ['host', ['pvefleet_host', 'ansible_ssh_host', 'ansible_host']],
  ['port', ['pvefleet_port', 'ansible_ssh_port', 'ansible_port']],
  ['user', ['pvefleet_user', 'ansible_ssh_user', 'ansible_user']],
  ['keyFile', ['pvefleet_ssh_private_key_file', 'ansible_ssh_private_key_file', 'ansible_private_key_file']],
  ['knownHosts', ['pvefleet_known_hosts']],
  ['transport', ['pvefleet_transport']],
  ['connection', ['ansible_connection']],
  ['sshOptions', ['pvefleet_ssh_options']],
  ['sshArguments', ['ansible_ssh_args']],
  ['commonArguments', ['ansible_ssh_common_args']],
  ['extraArguments', ['ansible_ssh_extra_args']],
  ['timeout', ['pvefleet_timeout', 'ansible_ssh_timeout', 'ansible_timeout']],
  ['password', ['pvefleet_password', 'ansible_ssh_password', 'ansible_ssh_pass', 'ansible_password']],
  ['become', ['pvefleet_become', 'ansible_become']],
  ['becomeMethod', ['pvefleet_become_method', 'ansible_become_method']],
  ['becomeUser', ['pvefleet_become_user', 'ansible_become_user']],
  ['sudoUser', ['ansible_sudo_user']],
  ['suUser', ['ansible_su_user']],
  ['becomePassword', ['pvefleet_become_password', 'ansible_become_pass', 'ansible_become_password']],
  ['sudoPassword', ['ansible_sudo_pass']],
  ['suPassword', ['ansible_su_pass']],
  ['hostKeyChecking', ['ansible_ssh_host_key_checking', 'ansible_host_key_checking']],
]);

/** The variables that say this, the strongest first. */
export function namesOf(word: Word): readonly string[] {
  return table.get(word) ?? [];
}

const wordsByName: ReadonlyMap<string, Word> = new Map(
  [...table].flatMap(([word, names]) => names.map((name) => [name, word] as const)),
);

/** What a variable of this name says; undefined for every other variable. */
export function wordOf(name: string): Word | undefined {
  return wordsByName.get(name);
}

/** Every connection variable that there is. */
export const connectionVariables: readonly string[] = [...wordsByName.keys()];

const secretWords = new Set<Word>(['password', 'becomePassword', 'sudoPassword', 'suPassword']);

/** Whether a variable of this name holds a password. */
export function holdsPassword(name: string): boolean {
  const word = wordOf(name);
  return word !== undefined && secretWords.has(word);
}

/** Whether a value is text with a template in it, or a list of texts that has one. */
export function holdsTemplate(value: unknown): boolean {
  return [value].flat().some((item) => typeof item === 'string' && /\{\{|\{%/u.test(item));
}
