import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';

/** The texts of the configs of a node's guests. */
function guestsOf({ files, name }: Machine): readonly string[] {
  return ['qemu-server', 'lxc']
    .map((kind) => `/etc/pve/nodes/${name}/${kind}`)
    .flatMap((folder) => files.list(folder).map((file) => files.read(`${folder}/${file}`) ?? ''));
}

function isRunning({ processes }: Machine): boolean {
  return processes
    .list()
    .some(
      ({ argv, sockets }) =>
        argv[0] === '/usr/bin/kvm' || sockets.some((socket) => socket.startsWith('@/var/lib/lxc/')),
    );
}

/** POST /nodes/{node}/startall, where no guest is to start with the node. Throws Failure. */
export function startAll(session: Session, _given: Parameters): Promise<TaskEnd> {
  if (guestsOf(session.machine).some((text) => /^onboot: 1$/m.test(text)))
    die('pvefleet-lab: starting all guests of a node is not modelled');
  return runTask(session, 'startall', '', () => undefined);
}

/** POST /nodes/{node}/stopall, where no guest runs. Throws Failure. */
export function stopAll(session: Session, _given: Parameters): Promise<TaskEnd> {
  if (isRunning(session.machine)) die('pvefleet-lab: stopping all guests of a node is not modelled');
  return runTask(session, 'stopall', '', () => undefined);
}

function refuseUnknownNode({ machine }: Session, node: string): void {
  if (!machine.cluster.members.some(({ name }) => name === node)) die(`no such cluster node '${node}'`);
}

/** POST /nodes/{node}/migrateall, where there is no guest. Throws Failure. */
export function migrateAll(session: Session, { target = '' }: Parameters): Promise<TaskEnd> {
  refuseUnknownNode(session, target);
  if (guestsOf(session.machine).length > 0) die('pvefleet-lab: moving all guests of a node is not modelled');
  return runTask(session, 'migrateall', '', () => undefined);
}

/** POST /nodes/{node}/wakeonlan: the packet reaches nobody here. Throws Failure. */
export function wakeNode(session: Session, { node = '' }: Parameters): never {
  refuseUnknownNode(session, node);
  die('pvefleet-lab: waking a node is not modelled');
}
