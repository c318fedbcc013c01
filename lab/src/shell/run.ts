interface ShellInput {
  /** Shell text, as after `ssh host`. */
  readonly command: string;
  readonly stdin: Buffer;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

interface ShellOutput {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exit: number;
}

/** Runs shell text on one node; each run has variables and a working directory of its own. */
export type Shell = (input: ShellInput) => Promise<ShellOutput>;

/** What OpenSSH gives root on Debian, without PAM's locale: a bare exec runs under LC_ALL=C. */
export const ROOT_ENV: Readonly<Record<string, string>> = {
  HOME: '/root',
  LOGNAME: 'root',
  USER: 'root',
  SHELL: '/bin/bash',
  // /usr/bin first, unlike a real node's: just-bash loses all arguments after the ninth of a script, which PVE's tools in /usr/sbin are here.
  PATH: '/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/bin:/sbin',
};
