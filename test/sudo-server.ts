import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { noOpensshServer, startOpensshServer, type TestServer } from './openssh-server.ts';
import type { KeyType } from './ssh-keys.ts';

/** The passwords of the server's users. */
export const passwords = { ops: 'Paßwort von ops', root: "root's own" };

/** Why no server with users of its own can be started here; undefined when it can. */
export const noSudoServer: string | undefined =
  noOpensshServer ??
  (userInfo().uid !== 0
    ? 'only root can give a server users of its own'
    : !existsSync('/usr/bin/sudo')
      ? 'sudo is not installed'
      : spawnSync('/usr/bin/unshare', ['--mount', 'true']).status !== 0
        ? 'no mount namespace can be made here'
        : undefined);

export interface SudoServer extends TestServer {
  /** Changes what sudo allows. */
  allow(sudoers: string): Promise<void>;
}

/**
 * A real sshd with a user `ops`, a real sudo and a real su. It sees accounts and a sudoers file of the test's own (in a
 * mount namespace), so that the machine's stay as they are.
 */
export async function startSudoServer(
  sudoers: string,
  hostKeyTypes: readonly KeyType[] = ['ed25519'],
): Promise<SudoServer> {
  const file = (directory: string, name: string): string => join(directory, `etc-${name}`);
  const text = (rules: string): string =>
    `Defaults env_reset,timestamp_timeout=0,lecture=always,!mail_no_user\nDefaults secure_path=/usr/sbin:/usr/bin:/sbin:/bin\n${rules}\n`;
  const server = await startOpensshServer(hostKeyTypes, [], {
    user: 'ops',
    within: async (directory) => {
      await chmod(directory, 0o755);
      await writeFile(
        file(directory, 'passwd'),
        `${ownLines('/etc/passwd')}ops:x:4711:65534::/tmp:/bin/sh\n`,
      );
      await writeFile(
        file(directory, 'shadow'),
        `root:${hashOf(passwords.root)}:19000:0:99999:7:::\nops:${hashOf(passwords.ops)}:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n`,
        { mode: 0o600 },
      );
      await writeFile(file(directory, 'sudoers'), text(sudoers), { mode: 0o440 });
      const binds = ['passwd', 'shadow', 'sudoers'].map(
        (name) => `mount --bind '${file(directory, name)}' /etc/${name}`,
      );
      const mounts = [
        ...binds,
        'mkdir -p /run/sudo /var/lib/sudo',
        'mount -t tmpfs none /run/sudo',
        'mount -t tmpfs none /var/lib/sudo',
      ];
      return [
        '/usr/bin/unshare',
        '--mount',
        'sh',
        '-c',
        `{ ${mounts.join(' && ')}; } >&2 && exec "$@"`,
        'sh',
      ];
    },
  });
  return { ...server, allow: (rules) => writeFile(file(server.directory, 'sudoers'), text(rules)) };
}

function ownLines(path: string): string {
  return readFileSync(path, 'utf8').trimEnd() + '\n';
}

/** As crypt(3) writes a password. */
function hashOf(password: string): string {
  const program = 'my $password = <STDIN>; chomp $password; print crypt($password, q{$6$pvefleettest$})';
  return spawnSync('/usr/bin/perl', ['-e', program], { input: `${password}\n` }).stdout.toString();
}
