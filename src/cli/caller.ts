import { hostname } from 'node:os';
import type { Caller } from '../journal/entry.ts';
import { localUser } from '../files/local-user.ts';
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

/** Names of what may be a secret, as ansible-vault's users give them. */
const SECRET = '(?:pass|pw|secret|token|key|cred|auth|content)';

/** A command line for the journal, and to be given again. What may be a secret by its name is left out. */
export function recordedArgv(argv: readonly string[]): readonly string[] {
  return argv.map((word, index, all) => {
    // -e may stand behind short flags that take no value: -Ce name=value.
    if (/^(?:-[CDbkKvy]*e|--extra-vars)$/u.test(all[index - 1] ?? '')) return recordedVariables(word);
    const [, flag, variables] = /^(-[CDbkKvy]*e|--extra-vars=)(.+)$/su.exec(word) ?? [];
    if (flag !== undefined && variables !== undefined) return flag + recordedVariables(variables);
    // What a task is given may be a secret by its name, or as a key is.
    return word
      .replace(/^(?<key>\w+=)?.*PRIVATE KEY-----.*$/su, '$<key>...')
      .replace(
        /^(?<key>\w*(?:pass|secret|token|content)\w*=|\{(?=.*(?:pass|secret|token|content))).+$/isu,
        '$<key>...',
      );
  });
}

/** A value of -e: the name of a file, `name=value name=value`, or a mapping. */
function recordedVariables(text: string): string {
  if (text.startsWith('@')) return text;
  if (text.includes('PRIVATE KEY-----')) return '...';
  if (/^\s*[{[]/u.test(text)) return new RegExp(SECRET, 'iu').test(text) ? '...' : text;
  const pair = new RegExp(String.raw`(?<key>(?<!\S)\w*${SECRET}\w*=)(?:"[^"]*"|'[^']*'|\S)+`, 'giu');
  return text.replaceAll(pair, '$<key>...');
}
