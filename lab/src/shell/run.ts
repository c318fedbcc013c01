interface ShellInput {
  /** Shell text, as after `ssh host`. */
  readonly command: string;
  readonly stdin: Buffer;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Default: root. */
  readonly user?: User;
}

/** Who may log in: root, and a user who may do all that root may by sudo. */
export type User = 'root' | 'ops';

interface ShellOutput {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exit: number;
}

/** Runs shell text on one node; each run has variables and a working directory of its own. */
export type Shell = (input: ShellInput) => Promise<ShellOutput>;

/** What OpenSSH gives a user on Debian, without PAM's locale: a bare exec runs under LC_ALL=C. */
export function environmentOf(user: User): Readonly<Record<string, string>> {
  return user === 'root' ? ROOT_ENV : OPS_ENV;
}

/** What OpenSSH gives root on Debian, without PAM's locale: a bare exec runs under LC_ALL=C. */
export const ROOT_ENV: Readonly<Record<string, string>> = {
  HOME: '/root',
  LOGNAME: 'root',
  USER: 'root',
  SHELL: '/bin/bash',
  // /usr/bin first, unlike a real node's: just-bash loses all arguments after the ninth of a script, which PVE's tools in /usr/sbin are here.
  PATH: '/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/bin:/sbin',
};

const OPS_ENV: Readonly<Record<string, string>> = {
  HOME: '/home/ops',
  LOGNAME: 'ops',
  USER: 'ops',
  SHELL: '/bin/bash',
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/games',
};
