import type { Become } from '../inventory/node.ts';
import { shQuote } from '../text/sh-quote.ts';

/** Texts on stderr that no program can foresee. */
export interface BecomeMarks {
  /** The line after which sudo or su speaks, and not what a log-in shell prints. */
  readonly hello: string;
  /** What sudo asks for the password with. */
  readonly prompt: string;
  /** The line that says that the command begins now; what comes after it is the command's own. */
  readonly start: string;
}

/** Root's own, where a user's PATH has no sbin: su leaves PATH as it is, and PVE's tools are in /usr/sbin. */
const rootPath =
  'case :$PATH: in *:/usr/sbin:*) ;; *) PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ;; esac';

/**
 * Shell text that runs a command as another user, or just runs it where the one who logged in is that user already. It
 * holds no password. Until the start mark all words are those of sudo or su, in English.
 */
export function becomeScript(
  { method, user, password }: Become,
  command: string,
  { hello, prompt, start }: BecomeMarks,
): string {
  const inner = `unset LC_ALL; ${rootPath}; cd 2>/dev/null; echo ${start} >&2\n${command}`;
  const sudo = `sudo -H ${password === undefined ? '-n' : `-S -p ${prompt}`} -u ${shQuote(user)} -- /bin/sh -c "$c"`;
  const su = `su -s /bin/sh -c "$c" ${shQuote(user)}`;
  return [
    // For messages about the connection, which show the first line.
    `# ${firstLine(command)}`,
    `c=${shQuote(inner)}`,
    `[ "$(id -un)" = ${shQuote(user)} ] && exec /bin/sh -c "$c"`,
    `LC_ALL=C; export LC_ALL; echo ${hello} >&2`,
    `exec ${method === 'sudo' ? sudo : su}`,
  ].join('\n');
}

function firstLine(command: string): string {
  const [line = ''] = command.split('\n');
  return line.replace(/^# /u, '');
}
