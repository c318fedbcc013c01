import { hostname } from 'node:os';
import type { Caller } from '../journal/entry.ts';
import { localUser } from '../transports/surroundings.ts';
import type { CliContext } from './command.ts';

/** Who runs this, and where from, for the journal. */
export function callerOf(env: CliContext['env']): Caller {
  const { SUDO_USER: sudoUser, SSH_CLIENT: client } = env;
  const from = client?.split(' ')[0];
  return {
    user: localUser(),
    host: hostname(),
    ...(sudoUser !== undefined && sudoUser !== '' && { sudoUser }),
    ...(from !== undefined && from !== '' && { from }),
  };
}

/** "ops@desk"; who became root by sudo by their own name. */
export function callerName({ user, host, sudoUser }: Caller): string {
  return `${sudoUser ?? user}@${host}`;
}

/** A command line for the journal. Values of variables may be secrets: they are left out. */
export function recordedArgv(argv: readonly string[]): readonly string[] {
  return argv.map((word, index, all) => {
    // -e may stand behind short flags that take no value: -Ce name=value.
    if (/^(?:-[CDy]*e|--extra-vars)$/u.test(all[index - 1] ?? '')) return '...';
    // What a task is given may be a secret by its name, or as a key is.
    return word
      .replace(/^(?<key>\w+=)?.*PRIVATE KEY-----.*$/su, '$<key>...')
      .replace(/^(?<flag>-[CDy]*e|--extra-vars=).+$/su, '$<flag>...')
      .replace(
        /^(?<key>\w*(?:pass|secret|token|content)\w*=|\{(?=.*(?:pass|secret|token|content))).+$/isu,
        '$<key>...',
      );
  });
}
