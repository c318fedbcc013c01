import { FileError, type CommandInput, type Machine } from '../machine.ts';
import { readResources } from '../pve/cluster/ha.ts';
import { Failure, PowerLost } from '../pve/failure.ts';
import { migrateCt } from '../pve/pct/migrate.ts';
import { shutdownCt, startCt, stopCt } from '../pve/pct/power.ts';
import { isRunning } from '../pve/pct/run-state.ts';
import { migrateVm } from '../pve/qm/migrate.ts';
import { shutdownVm, stopVm } from '../pve/qm/power.ts';
import { runningPid } from '../pve/qm/run-state.ts';
import { startVm } from '../pve/qm/start.ts';
import { openSession, type Session, type TaskEnd } from '../pve/session.ts';
import type { ServiceStatus } from './status.ts';

/** Seconds that HA gives a shutdown for which nobody has named a time. */
const SHUTDOWN_SECONDS = '60';

/** What a VM and a container do when HA wants it (pve-ha-manager, HA/Resources). */
interface Guest {
  readonly runs: () => boolean;
  readonly start: (session: Session) => Promise<TaskEnd>;
  readonly stop: (session: Session) => Promise<TaskEnd>;
  readonly shutdown: (session: Session, timeout: string) => Promise<TaskEnd>;
  readonly move: (session: Session, target: string, online: boolean) => Promise<TaskEnd>;
}

/** Brings a service of this node to its state; whether it is so afterwards. */
export async function bringAbout(
  machine: Machine,
  sid: string,
  { state, target = '', timeout = SHUTDOWN_SECONDS }: ServiceStatus,
  signal: AbortSignal,
): Promise<boolean> {
  const [type = '', vmid = ''] = sid.split(':');
  const guest = type === 'vm' ? vm(machine, vmid) : container(machine, vmid);
  const input: CommandInput = { stdin: '', env: { LC_ALL: 'C.UTF-8' }, signal };
  const run = async (act: (session: Session) => Promise<TaskEnd>): Promise<void> => {
    try {
      await act(openSession(machine, input, 'ha'));
    } catch (thrown) {
      if (thrown instanceof Failure || thrown instanceof FileError || thrown instanceof PowerLost) return;
      throw thrown;
    }
  };
  const stop = (): Promise<void> =>
    run((session) => (timeout === '0' ? guest.stop(session) : guest.shutdown(session, timeout)));
  switch (state) {
    case 'started':
      for (let tries = restarts(machine, vmid) + 1; tries > 0 && !guest.runs(); tries -= 1)
        await run(guest.start);
      return guest.runs();
    case 'request_stop':
    case 'stopped':
      if (guest.runs()) await stop();
      return !guest.runs();
    case 'migrate':
    case 'relocate': {
      const online = state === 'migrate' && type === 'vm' && guest.runs();
      if (!online && guest.runs()) await stop();
      await run((session) => guest.move(session, target, online));
      return !machine.files.exists(configPath(machine, type, vmid));
    }
    case 'request_start':
    case 'error':
      return true;
  }
}

function configPath({ name }: Machine, type: string, vmid: string): string {
  return `/etc/pve/nodes/${name}/${type === 'vm' ? 'qemu-server' : 'lxc'}/${vmid}.conf`;
}

function restarts(machine: Machine, vmid: string): number {
  const resource = readResources(machine).find(({ id }) => id === vmid);
  return Number(resource?.options.get('max_restart') ?? 1);
}

function vm(machine: Machine, vmid: string): Guest {
  return {
    runs: () => runningPid(machine, vmid) !== undefined,
    start: (session) => startVm(session, { vmid }),
    stop: (session) => stopVm(session, { vmid }),
    shutdown: (session, timeout) => shutdownVm(session, { vmid, timeout, forceStop: '1' }),
    move: (session, target, online) =>
      migrateVm(session, {
        vmid,
        target,
        force: '1',
        'with-local-disks': '1',
        ...(online && { online: '1' }),
      }),
  };
}

function container(machine: Machine, vmid: string): Guest {
  return {
    runs: () => isRunning(machine, vmid),
    start: (session) => startCt(session, { vmid }),
    stop: (session) => stopCt(session, { vmid }),
    shutdown: (session, timeout) => shutdownCt(session, { vmid, timeout }),
    move: (session, target) => migrateCt(session, { vmid, target }),
  };
}
