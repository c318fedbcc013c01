import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { decodeText, encodeText, splitList } from '../formats/values.ts';
import { digestOf, parseConfig } from '../guest/config.ts';
import { guestNode } from '../guest/place.ts';
import { refuseWithoutQuorum } from '../guest/store.ts';
import { isMountName, isVolume, parseMount } from '../pct/volume.ts';
import { isCdrom, isDriveName, parseDrive } from '../qm/drive.ts';
import { toPrettyJson, type Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { locate } from '../storage/volumes.ts';
import { printSections, readSections, type ConfigSection } from './section-file.ts';

/** Replication jobs as PVE::API2::ReplicationConfig keeps them. They are never run: nothing is replicated, and none removes itself. */
const REPLICATION = '/etc/pve/replication.cfg';
const OPTIONS = ['comment', 'disable', 'rate', 'remove_job', 'schedule', 'source', 'target'];

const readJobs = ({ files }: Machine): ConfigSection[] => readSections(files.read(REPLICATION) ?? '');

/** One job for each target of a guest is all that PVE writes (write_config). */
function writeJobs(machine: Machine, jobs: readonly ConfigSection[]): void {
  const seen = new Set<string>();
  for (const { id, options } of jobs) {
    const vmid = id.replace(/-.*$/, '');
    const target = `local/${options.get('target')}`;
    if (seen.has(`${vmid} ${target}`))
      die(`replication job for guest '${vmid}' to target '${target}' already exists`);
    seen.add(`${vmid} ${target}`);
  }
  machine.files.write(
    REPLICATION,
    printSections(jobs, () => ['target']),
  );
}

function setOptions(job: ConfigSection, given: Parameters): void {
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) job.options.set(name, name === 'comment' ? encodeText(value) : value);
}

/** `pvesr create-local-job`. Throws Failure. */
export function createJob({ machine }: Session, { id = '', type: _type, ...given }: Parameters): void {
  refuseWithoutQuorum(machine);
  const vmid = id.replace(/-.*$/, '');
  const source = guestNode(machine, vmid) ?? die(`Guest '${vmid}' does not exist.`);
  const { target = '' } = given;
  // A lone node has no list of members.
  const members = machine.files.exists('/etc/pve/corosync.conf') ? machine.cluster.members : [];
  if (!members.some(({ name }) => name === target)) die(`Target '${target}' does not exist.`);
  if (given['source'] !== undefined && given['source'] !== source)
    die(`Source '${given['source']}' does not match current node of guest '${vmid}' (${source})`);
  if (target === source) die('Source and target must not be identical');
  if (!hasReplicatableVolumes(machine, vmid, source)) die('No replicatable volumes found');
  const jobs = readJobs(machine);
  if (jobs.some((job) => job.id === id)) die(`replication job '${id}' already exists`);
  const job: ConfigSection = { type: 'local', id, options: new Map() };
  setOptions(job, { ...given, source });
  writeJobs(machine, [...jobs, job]);
}

/** `pvesr update`. Throws Failure. */
export function updateJob(
  { machine }: Session,
  { id = '', delete: deleted = '', digest, ...given }: Parameters,
): void {
  refuseWithoutQuorum(machine);
  if (digest !== undefined && digest !== digestOf(machine.files.read(REPLICATION) ?? ''))
    die('detected modified configuration - file changed by other user? Try again.');
  const jobs = readJobs(machine);
  const job = jobs.find((one) => one.id === id) ?? die(`no such job '${id}'`);
  setOptions(job, given);
  for (const name of splitList(deleted)) {
    if (!OPTIONS.includes(name)) die(`no such option '${name}'`);
    if (name === 'target') die(`unable to delete required option '${name}'`);
    job.options.delete(name);
  }
  writeJobs(machine, jobs);
}

/** `pvesr delete`: the job is marked, and removes itself when it runs next. Throws Failure. */
export function deleteJob(session: Session, { id = '', keep, force }: Parameters): void {
  const { machine } = session;
  refuseWithoutQuorum(machine);
  const jobs = readJobs(machine);
  if (force === '1') {
    if (keep === '1') refuseParameters({ keep: "conflicts with parameter 'force'" });
    writeJobs(
      machine,
      jobs.filter((job) => job.id !== id),
    );
    return;
  }
  const job = jobs.find((one) => one.id === id) ?? die(`no such job '${id}'`);
  job.options.set('remove_job', keep === '1' ? 'local' : 'full');
  session.warn('Replication job removal is a background task and will take some time.\n');
  writeJobs(machine, jobs);
}

/** `pvesr list`. */
export function listJobs(session: Session): void {
  const row = (
    ...[id = '', target = '', schedule = '', rate = '', enabled = '']: readonly string[]
  ): string =>
    `${id.padEnd(20)} ${target.padEnd(20)} ${schedule.padStart(10)} ${rate.padStart(5)} ${enabled.padStart(8)}\n`;
  const jobs = readJobs(session.machine).toSorted((a, b) => Number.parseInt(a.id) - Number.parseInt(b.id));
  session.print(row('JobID', 'Target', 'Schedule', 'Rate', 'Enabled'));
  for (const { id, options } of jobs)
    session.print(
      row(
        id,
        `local/${options.get('target')}`,
        options.get('schedule') ?? '*/15',
        options.get('rate') ?? '-',
        (options.get('disable') ?? '0') === '0' ? 'yes' : 'no',
      ),
    );
}

/** GET /cluster/replication. */
export function replicationJobs({ machine }: Session): Json {
  return readJobs(machine)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(jobData);
}

/** GET /cluster/replication/{id}. Throws Failure. */
export function replicationJob({ machine }: Session, { id = '' }: Parameters): Json {
  const job = readJobs(machine).find((one) => one.id === id) ?? die(`no such replication job '${id}'`);
  return { ...jobData(job), digest: digestOf(machine.files.read(REPLICATION) ?? '') };
}

function jobData({ type, id, options }: ConfigSection): { readonly [key: string]: Json } {
  const [guest, number] = id.split('-').map(Number);
  const values = [...options].map(([name, value]): [string, Json] => {
    if (name === 'comment') return [name, decodeText(value)];
    return [name, name === 'disable' || name === 'rate' ? Number(value) : value];
  });
  return { ...Object.fromEntries(values), guest: guest ?? 0, id, jobnum: number ?? 0, type };
}

/** GET /nodes/{node}/replication where no guest of the node has a job; how jobs went is not modelled. Throws Failure. */
export function nodeReplication({ machine }: Session): Json {
  if (readJobs(machine).some(({ id }) => guestNode(machine, id.replace(/-.*$/, '')) === machine.name))
    die('pvefleet-lab: the status of replication jobs is not modelled');
  return [];
}

/** `pvesr status` where no guest of the node has a job. Throws Failure. */
export function showJobs(session: Session): void {
  nodeReplication(session);
  const left = ['JobID', 'Enabled'].map((name) => name.padEnd(10));
  const times = ['LastSync', 'NextSync'].map((name) => name.padStart(20));
  const counts = ['Duration', 'FailCount'].map((name) => name.padStart(10));
  session.print(`${[...left, 'Target'.padEnd(20), ...times, ...counts, 'State'].join(' ')}\n`);
}

/** `pvesr read`. Throws Failure. */
export function readJob(session: Session, parameters: Parameters): void {
  session.print(`${toPrettyJson(replicationJob(session, parameters))}\n`);
}

/** get_replicatable_volumes of QemuConfig.pm and LXC/Config.pm: dies at what can't be replicated and is not left out. */
function hasReplicatableVolumes(machine: Machine, vmid: string, node: string): boolean {
  const folder = machine.files.exists(`/etc/pve/nodes/${node}/lxc/${vmid}.conf`) ? 'lxc' : 'qemu-server';
  const text = machine.files.read(`/etc/pve/nodes/${node}/${folder}/${vmid}.conf`) ?? '';
  const { main } = parseConfig(folder === 'lxc' ? 'lxc' : 'qemu', text);
  const volumes = [...main].flatMap(([name, line]) =>
    folder === 'lxc' ? mountVolume(name, line) : driveVolume(name, line),
  );
  return volumes.filter((volume) => isReplicatable(machine, vmid, volume)).length > 0;
}

function driveVolume(name: string, line: string): readonly string[] {
  const drive = isDriveName(name) ? parseDrive(name, line) : undefined;
  const volume = drive?.['file'] ?? '';
  if (drive === undefined || isCdrom(drive) || drive['replicate'] === '0') return [];
  if (volume.startsWith('/')) die(`unable to replicate local file/device '${volume}'`);
  return [volume];
}

function mountVolume(name: string, line: string): readonly string[] {
  const mount = isMountName(name) ? parseMount(name, line) : undefined;
  if (mount === undefined || mount['replicate'] === '0') return [];
  const type = (mount['volume'] ?? '').startsWith('/dev/') ? 'device' : 'bind';
  if (!isVolume(mount)) die(`unable to replicate mountpoint type '${type}'`);
  return [mount['volume'] ?? ''];
}

function isReplicatable(machine: Machine, vmid: string, volume: string): boolean {
  const { storage, name } = locate(machine, volume);
  if (storage.shared || name.owner !== vmid) return false;
  if (storage.type !== 'zfspool') die(`missing replicate feature on volume '${volume}'`);
  return true;
}
