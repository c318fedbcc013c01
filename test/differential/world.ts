import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { noOpensshServer, startOpensshServer, type TestServer } from '../openssh-server.ts';

const script = fileURLToPath(new URL('world.sh', import.meta.url));
const namespaces = ['--mount', '--uts', '--ipc', '--pid'];

/** Why no world can be made here; undefined when it can. */
export const noWorld: string | undefined =
  noOpensshServer ??
  (userInfo().uid !== 0
    ? 'only root can give a server files of its own'
    : spawnSync('/usr/bin/unshare', [...namespaces, '--fork', 'true']).status !== 0
      ? 'no namespaces can be made here'
      : undefined);

/** A real sshd that sees the files of this machine, and changes them in a layer of its own. */
export interface World {
  readonly server: TestServer;
  /** The directory, seen from here, of all that was changed in it: overlayfs's upper layer. */
  readonly changed: string;
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
    changed: `/proc/${first}/root/.upper`,
    stop: async () => {
      await server.stop();
      holder?.kill('SIGKILL');
    },
  };
}
