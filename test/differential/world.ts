import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { noOpensshServer, startOpensshServer, type TestServer } from '../openssh-server.ts';

const script = fileURLToPath(new URL('world.sh', import.meta.url));
const namespaces = ['--mount', '--uts', '--ipc', '--pid'];

/** Lays an empty layer over the files of this machine, where nobody else sees it. */
const TRY = `mount -t tmpfs none /mnt && cd /mnt && mkdir upper work root &&
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root`;

/** Why no world can be made here; undefined when it can. */
export const noWorld: string | undefined = noOpensshServer ?? troubleOf();

function troubleOf(): string | undefined {
  if (userInfo().uid !== 0) return 'only root can give a server files of its own';
  const tried = spawnSync('/usr/bin/unshare', [...namespaces, '--fork', 'sh', '-c', TRY]);
  return tried.status === 0
    ? undefined
    : `no layer can be laid over the files here: ${String(tried.error ?? tried.stderr).trim()}`;
}

/** A real sshd that sees the files of this machine, and changes them in a layer of its own. */
export interface World {
  readonly server: TestServer;
  /** The directories, seen from here, of what was changed in it: overlayfs's upper layer, and what is no part of it. */
  readonly changed: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  let holder: ChildProcess | undefined;
  let first = '';
  const server = await startOpensshServer(['ed25519'], ['SetEnv HOME=/root SHLVL=1'], {
    within: async (directory) => {
      const argv = [...namespaces, '--fork', '--kill-child', 'sh', script, directory];
      const child = spawn('/usr/bin/unshare', argv, { stdio: ['pipe', 'pipe', 'pipe'] });
      holder = child;
      let said = '';
      child.stderr.on('data', (text: Buffer) => void (said += text.toString()));
      const ready = once(child.stdout, 'data').then(() => true);
      if (!(await Promise.race([ready, once(child, 'exit').then(() => false)])))
        throw new Error(`no world could be made: ${said}`);
      first = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim();
      return ['/usr/bin/nsenter', '--target', first, ...namespaces, '--root', '--wd=/'];
    },
  });
  return {
    server,
    changed: { '': `/proc/${first}/root/.upper`, '/root': `/proc/${first}/root/root` },
    stop: async () => {
      await server.stop();
      holder?.kill('SIGKILL');
    },
  };
}
