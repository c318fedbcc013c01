import type { Machine } from '../machine.ts';
import { changedFiles, changedVolumes, readState, type NodeState } from './node-state.ts';
import type { FileChanges, Step } from './recording.ts';

/**
 * Puts a node into the recorded state after a step, whatever the lab made of it: each step is judged from the state that real PVE had,
 * and random values are from here on the recorded ones.
 */
export function restoreNode(
  machine: Machine,
  before: NodeState,
  files: FileChanges,
  step: Step | undefined,
): void {
  for (const path of changedFiles(before, readState(machine)).keys())
    if (!(path in files)) putFile(machine, path, before.files.get(path) ?? null);
  for (const [path, text] of Object.entries(files)) putFile(machine, path, text);
  if (step === undefined) return;
  adoptBackups(machine, before, step);
  const drift = changedVolumes(before, readState(machine));
  const expected = new Set([...drift.removed, ...step.volumes.added].map(pathOf));
  for (const entry of drift.added) if (!expected.has(pathOf(entry))) machine.volumes.remove(pathOf(entry));
  for (const entry of drift.removed) machine.volumes.set(pathOf(entry), bytesOf(entry));
  const kept = new Set(step.volumes.added.map(pathOf));
  for (const entry of step.volumes.removed)
    if (!kept.has(pathOf(entry))) machine.volumes.remove(pathOf(entry));
  for (const entry of step.volumes.added) machine.volumes.set(pathOf(entry), bytesOf(entry));
  restoreVms(machine, before, step);
  restoreContainer(machine, step);
}

/** In the name of a backup: when it was made. */
export const BACKUP_TIME = /-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d(?=\.)/;

/** A backup that the lab made gets the name of the recorded one, so that later steps find in it what the lab put there. */
function adoptBackups(machine: Machine, before: NodeState, step: Step): void {
  const made = changedVolumes(before, readState(machine)).added.map(pathOf);
  for (const recorded of step.volumes.added.map(pathOf).filter((path) => BACKUP_TIME.test(path))) {
    const own = made.find((path) => path.replace(BACKUP_TIME, '') === recorded.replace(BACKUP_TIME, ''));
    if (own !== undefined && own !== recorded) machine.volumes.rename(own, recorded);
  }
}

function putFile(machine: Machine, path: string, text: string | null): void {
  try {
    if (text === null) machine.files.remove(path);
    else if (machine.files.read(path) !== text) machine.files.write(path, text);
  } catch {
    // Without quorum /etc/pve cannot be written, by the replay neither.
  }
}

function pathOf(entry: string): string {
  return entry.slice(0, entry.lastIndexOf(' '));
}

function bytesOf(entry: string): number {
  return Number(entry.slice(entry.lastIndexOf(' ') + 1));
}

const PID_FILE = /^\/run\/qemu-server\/(\d+)\.pid$/;

function restoreVms(machine: Machine, before: NodeState, step: Step): void {
  const after = readState(machine).run;
  const wanted = new Set([...before.run].filter((path) => !step.run.removed.includes(path)));
  for (const path of step.run.added) wanted.add(path);
  for (const path of after) {
    if (wanted.has(path)) continue;
    if (PID_FILE.test(path)) machine.processes.kill(Number(machine.files.read(path)?.trim()));
    machine.files.remove(path);
  }
  for (const path of wanted) {
    if (after.has(path)) continue;
    const vmid = PID_FILE.exec(path)?.[1];
    machine.files.write(
      path,
      vmid === undefined ? '' : `${machine.processes.spawn(['/usr/bin/kvm', '-id', vmid])}\n`,
    );
  }
}

/** Recordings don't hold which containers run: what `pct` was told, and that it did it, says so. */
function restoreContainer(machine: Machine, step: Step): void {
  const [, vmid, verb] = /^(?:env \S+ )?pct (?=(\S+) (\d+))/.test(step.argv.join(' '))
    ? [undefined, step.argv[2], step.argv[1]]
    : [];
  if (vmid === undefined || step.exit !== 0) return;
  const socket = `@/var/lib/lxc/${vmid}/command`;
  const running = machine.processes.list().find((process) => process.sockets.includes(socket));
  if ((verb === 'start' || verb === 'reboot') && running === undefined)
    machine.processes.spawn(['/usr/bin/lxc-start', '-F', '-n', vmid], { sockets: [socket] });
  if ((verb === 'stop' || verb === 'shutdown' || verb === 'destroy') && running !== undefined)
    machine.processes.kill(running.pid);
}
