import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { encodeText } from '../formats/values.ts';
import type { Section } from '../guest/config.ts';
import { pendingLines, withPending } from '../guest/pending.ts';
import { configLines } from '../guest/show.ts';
import { guestIds } from '../guest/store.ts';
import { statusText, type StatusValue } from '../guest/status-record.ts';
import type { Session } from '../session.ts';
import { runningPid } from './run-state.ts';
import { statusRecord } from './status.ts';
import { loadVm } from './store.ts';

const HIDDEN = '**********';

function hidePassword(section: Section): void {
  const password = section.get('cipassword');
  if (password !== undefined && password !== '' && password !== '0') section.set('cipassword', HIDDEN);
}

/** A VM's options as `qm config` and the API show them: with pending changes, the running ones, or a snapshot's. Throws Failure. */
export function shownConfig(session: Session, parameters: Parameters): Section {
  const { vmid = '', current, snapshot } = parameters;
  if (snapshot !== undefined && current === '1') {
    const error = "cannot use 'snapshot' parameter with 'current'";
    refuseParameters({ snapshot: error, current: error });
  }
  const config = loadVm(session, vmid);
  const section =
    snapshot === undefined
      ? current === '1'
        ? config.main
        : withPending(config)
      : config.snapshots.get(snapshot);
  if (section === undefined) die(`snapshot '${snapshot}' does not exist`);
  hidePassword(section);
  return section;
}

/** `qm config`. Throws Failure. */
export function showConfig(session: Session, parameters: Parameters): void {
  session.print(configLines(shownConfig(session, parameters)));
}

/** `qm pending`. Throws Failure. */
export function showPending(session: Session, parameters: Parameters): void {
  const config = loadVm(session, parameters['vmid'] ?? '');
  hidePassword(config.main);
  if (config.pending.has('cipassword')) config.pending.set('cipassword', `${HIDDEN} `);
  session.print(
    pendingLines(config, encodeText)
      .map((text) => `${text}\n`)
      .join(''),
  );
}

/** `qm list`: nothing at all without guests. */
export function listVms(session: Session): void {
  const rows = guestIds(session.machine, 'qemu').map((vmid) => statusRecord(session, vmid));
  if (rows.length === 0) return;
  session.print(line('VMID', 'NAME', 'STATUS', 'MEM(MB)', 'BOOTDISK(GB)', 'PID'));
  for (const row of rows) {
    const gib = (Number(row['maxdisk'] ?? 0) / 1024 ** 3).toFixed(2);
    const mib = String(Number(row['maxmem'] ?? 0) / 1024 ** 2);
    session.print(
      line(
        statusText(row['vmid']),
        statusText(row['name']),
        statusText(row['status']),
        mib,
        gib,
        statusText(row['pid'] ?? 0),
      ),
    );
  }
}

function line(vmid: string, name: string, status: string, memory: string, disk: string, pid: string): string {
  return `${vmid.padStart(10)} ${name.padEnd(20)} ${status.padEnd(10)} ${memory.padEnd(10)} ${disk.padStart(12)} ${pid.padEnd(10)}\n`;
}

/** `qm status`, one word or with `--verbose` all that is known. Throws Failure. */
export function showStatus(session: Session, parameters: Parameters): void {
  const { vmid = '', verbose } = parameters;
  const record = statusRecord(session, vmid, true);
  if (verbose !== '1') {
    session.print(`status: ${statusText(record['qmpstatus'])}\n`);
    return;
  }
  for (const name of Object.keys(record)
    .filter((key) => key !== 'cpu')
    .toSorted())
    session.print(nested(name, record[name], ''));
}

function nested(name: string, value: StatusValue, indent: string): string {
  if (typeof value !== 'object' || value === null) return `${indent}${name}: ${statusText(value)}\n`;
  const inner = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => nested(key, one, `${indent}\t`));
  return `${indent}${name}:\n${inner.join('')}`;
}

/** `qm wait`: until the VM has stopped, or the time is over. Throws Failure. */
export async function waitForVm(session: Session, parameters: Parameters): Promise<void> {
  const { vmid = '', timeout } = parameters;
  const pid = runningPid(session.machine, vmid);
  if (pid !== undefined) session.print(`waiting until VM ${vmid} stops (PID ${pid})\n`);
  const end = timeout === undefined ? Infinity : session.machine.clock() + Number(timeout);
  while (runningPid(session.machine, vmid) !== undefined && !session.input.signal.aborted) {
    if (session.machine.clock() >= end) die('wait failed - got timeout');
    await session.machine.sleep(1, session.input.signal);
  }
}
