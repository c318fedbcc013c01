import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { encodeText } from '../formats/values.ts';
import type { Section } from '../guest/config.ts';
import { pendingLines, withPending } from '../guest/pending.ts';
import { configLines } from '../guest/show.ts';
import { guestIds } from '../guest/store.ts';
import { statusText, type StatusRecord } from '../guest/status-record.ts';
import type { Session } from '../session.ts';
import { fillOf } from './ext4.ts';
import { filesystemBytes } from './filesystem-size.ts';
import { initPid } from './run-state.ts';
import { loadCt } from './store.ts';
import { parseMount } from './volume.ts';

/** A container's options as `pct config` and the API show them. Throws Failure. */
export function shownConfig(
  session: Session,
  parameters: Parameters,
): { readonly section: Section; readonly raw: readonly string[] } {
  const { vmid = '', current, snapshot } = parameters;
  if (snapshot !== undefined && current === '1') {
    const error = "cannot use 'snapshot' parameter with 'current'";
    refuseParameters({ snapshot: error, current: error });
  }
  const config = loadCt(session, vmid);
  const source =
    snapshot === undefined
      ? config.main
      : (config.snapshots.get(snapshot) ?? die(`snapshot '${snapshot}' does not exist`));
  return {
    section: snapshot === undefined && current !== '1' ? withPending(config) : source,
    raw: config.raw.get(source) ?? [],
  };
}

/** `pct config`. Throws Failure. */
export function showConfig(session: Session, parameters: Parameters): void {
  const { section, raw } = shownConfig(session, parameters);
  session.print(configLines(section) + raw.map((line) => `${line}\n`).join(''));
}

/** `pct pending`. Throws Failure. */
export function showPending(session: Session, parameters: Parameters): void {
  session.print(
    pendingLines(loadCt(session, parameters['vmid'] ?? ''), encodeText)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

/** `pct list`: nothing at all without containers. */
export function listCts(session: Session): void {
  const rows = guestIds(session.machine, 'lxc').map((vmid) => statusRecord(session, vmid));
  if (rows.length === 0) return;
  const line = (...[vmid = '', status = '', lock = '', name = '']: readonly string[]): string =>
    `${vmid.padEnd(10)} ${status.padEnd(10)} ${lock.padEnd(12)} ${name.padEnd(20)}\n`;
  session.print(line('VMID', 'Status', 'Lock', 'Name'));
  for (const row of rows)
    session.print(
      line(
        statusText(row['vmid']),
        statusText(row['status']),
        statusText(row['lock'] ?? ''),
        statusText(row['name']),
      ),
    );
}

/** `pct status`, one word or with `--verbose` all that is known. Throws Failure. */
export function showStatus(session: Session, { vmid = '', verbose }: Parameters): void {
  const record = statusRecord(session, vmid);
  if (verbose !== '1') {
    session.print(`status: ${statusText(record['status'])}\n`);
    return;
  }
  for (const name of Object.keys(record)
    .filter((key) => key !== 'cpu')
    .toSorted())
    session.print(`${name}: ${statusText(record[name])}\n`);
}

const PRESSURES = [
  'pressurecpufull',
  'pressurecpusome',
  'pressureiofull',
  'pressureiosome',
  'pressurememoryfull',
  'pressurememorysome',
];

/** Of a container that runs, its file system's own numbers; else what its config says. */
function diskUsage(
  machine: Machine,
  rootfs: string | undefined,
  size: number,
  isRunning: boolean,
): { readonly disk: number; readonly maxdisk: number } {
  const { volume = '' } = rootfs === undefined ? {} : parseMount('rootfs', rootfs);
  if (!isRunning || size === 0) return { disk: 0, maxdisk: size > 0 ? size : 4 * 1024 ** 3 };
  const { blockSize, blocks, overhead, usedBlocks } = fillOf(
    filesystemBytes(machine, volume, size),
    'system',
  );
  return { disk: usedBlocks * blockSize, maxdisk: (blocks - overhead) * blockSize };
}

/** What PVE knows of a container (`vmstatus`), by its names. Throws Failure. */
export function statusRecord(session: Session, vmid: string): StatusRecord {
  const { machine } = session;
  const { main } = loadCt(session, vmid);
  const pid = initPid(machine, vmid);
  const size = Number(main.has('rootfs') ? (parseMount('rootfs', main.get('rootfs') ?? '')['size'] ?? 0) : 0);
  const set = (name: string): boolean => (main.get(name) ?? '0') !== '0';
  return {
    type: 'lxc',
    vmid: Number(vmid),
    status: pid === undefined ? 'stopped' : 'running',
    ...(pid === undefined ? {} : { pid, ...Object.fromEntries(PRESSURES.map((name) => [name, '0.00'])) }),
    name: (set('hostname') ? (main.get('hostname') ?? '') : `CT${vmid}`).replace(/\s/g, ''),
    cpus: Number(
      [main.get('cores'), main.get('cpulimit')].find((value) => value !== undefined && value !== '0') ??
        machine.traits.cpus,
    ),
    ...(main.has('tags') ? { tags: main.get('tags') } : {}),
    ...diskUsage(machine, main.get('rootfs'), size, pid !== undefined),
    mem: 0,
    swap: 0,
    maxmem: Number(main.get('memory') ?? 512) * 1024 ** 2,
    maxswap: Number(main.get('swap') ?? 0) * 1024 ** 2,
    uptime:
      pid === undefined ? 0 : machine.clock() - (machine.processes.get(pid)?.started ?? machine.clock()),
    cpu: 0,
    netin: 0,
    netout: 0,
    diskread: 0,
    diskwrite: 0,
    ...(set('template') ? { template: 1 } : {}),
    ...(set('lock') ? { lock: main.get('lock') } : {}),
  };
}
