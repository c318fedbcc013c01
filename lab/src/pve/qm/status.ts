import type { StatusRecord } from '../guest/status-record.ts';
import type { Session } from '../session.ts';
import { bootDiskBytes } from './boot.ts';
import { memoryOf } from './memory.ts';
import { isPaused, runningPid } from './run-state.ts';
import { loadVm } from './store.ts';

/** What PVE knows of a VM (`vmstatus`), by its names; `full` adds what it asks QEMU for. Throws Failure. */
export function statusRecord(session: Session, vmid: string, full = false): StatusRecord {
  const { machine } = session;
  const { main } = loadVm(session, vmid);
  const pid = runningPid(machine, vmid);
  const balloon = Number(main.get('balloon') ?? 0);
  const memory = memoryOf(main.get('memory'));
  const cpus = Math.min(
    Number(main.get('sockets') ?? 1) * Number(main.get('cores') ?? 1),
    machine.traits.cpus,
  );
  const has = (name: string): boolean => (main.get(name) ?? '0') !== '0';
  return {
    vmid: Number(vmid),
    status: pid === undefined ? 'stopped' : 'running',
    ...(pid === undefined ? {} : { pid }),
    disk: 0,
    maxdisk: bootDiskBytes(main),
    cpus: has('vcpus') ? Number(main.get('vcpus')) : cpus,
    name: has('name') ? main.get('name') : `VM ${vmid}`,
    maxmem: memory * 1024 ** 2,
    ...(balloon > 0 ? { balloon_min: balloon * 1024 ** 2, shares: Number(main.get('shares') ?? 1000) } : {}),
    uptime: pid === undefined ? 0 : uptime(session, pid),
    cpu: 0,
    mem: 0,
    memhost: 0,
    netin: 0,
    netout: 0,
    ...(has('template') ? { template: 1 } : {}),
    ...([0, 1, 2, 3].some((index) => main.get(`serial${index}`) === 'socket') ? { serial: 1 } : {}),
    ...(has('lock') ? { lock: main.get('lock') } : {}),
    ...(main.has('tags') ? { tags: main.get('tags') } : {}),
    ...(full
      ? { qmpstatus: pid === undefined ? 'stopped' : isPaused(machine, vmid) ? 'paused' : 'running' }
      : {}),
    ...(full && pid !== undefined ? runningFigures(vmid, main) : {}),
  };
}

function uptime(session: Session, pid: number): number {
  return session.machine.clock() - (session.machine.processes.get(pid)?.started ?? session.machine.clock());
}

const PRESSURES = [
  'pressurecpufull',
  'pressurecpusome',
  'pressureiofull',
  'pressureiosome',
  'pressurememoryfull',
  'pressurememorysome',
];

function runningFigures(vmid: string, main: ReadonlyMap<string, string>): StatusRecord {
  const nics = [...main.keys()]
    .flatMap((name) => /^net(\d+)$/.exec(name)?.[1] ?? [])
    .map((index) => [`tap${vmid}i${index}`, { netin: 0, netout: 0 }]);
  return {
    ...Object.fromEntries(PRESSURES.map((name) => [name, 0])),
    ...(nics.length > 0 ? { nics: Object.fromEntries(nics) } : {}),
  };
}
