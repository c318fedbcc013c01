import type { Machine } from '../../machine.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import type { Session } from '../session.ts';
import { refuseUnavailable, storageOf } from '../storage/config.ts';
import { parseIdMap } from '../formats/id-map.ts';
import { verifierOf } from '../formats/named.ts';
import { splitList } from '../formats/values.ts';

/** One migration that is under way. */
export interface Migration {
  readonly session: Session;
  /** Of its task. */
  readonly type: 'qmigrate' | 'vzmigrate';
  readonly vmid: string;
  readonly target: Machine;
  /** A line of the task's log, with the time. */
  readonly log: (text: string) => void;
  readonly logError: (text: string) => void;
  /** The same run on the other node: what it prints is in the log too. */
  readonly remote: Session;
  /** Where a volume of this storage goes. */
  readonly storageFor: (storage: string) => string;
  /** Volumes by what they are called on the target. */
  readonly moved: Map<string, string>;
}

/** What VMs and containers do in each part of a migration (PVE/AbstractMigrate.pm). */
export interface MigrationParts {
  readonly prepare: (migration: Migration) => Promise<void>;
  /** Copies what has to be copied while the guest stands still. */
  readonly copy: (migration: Migration) => Promise<void>;
  readonly takeBack: (migration: Migration) => Promise<void>;
  /** Hands the guest over. From here on nothing is taken back: what goes wrong is a problem that the task ends with. */
  readonly handOver: (migration: Migration) => Promise<void>;
}

/** Opens a migration to a node; `map` is `--targetstorage`. */
export function openMigration(
  session: Session,
  type: Migration['type'],
  vmid: string,
  target: Machine,
  map: string | undefined,
): Migration {
  const stamp = (): string =>
    new Date(session.machine.clock() * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const write = (prefix: string, text: string): void => {
    for (const line of text.split('\n').filter((one) => one !== ''))
      session.print(`${stamp()}${prefix} ${line}\n`);
  };
  const log = (text: string): void => write('', text);
  const entries = map === undefined ? [] : splitList(map);
  const named = new Map(
    entries.flatMap((entry) => {
      const [from = '', to] = entry.split(':');
      return to === undefined ? [] : [[from, to] as const];
    }),
  );
  const fallback = entries.find((entry) => entry !== '1' && !entry.includes(':'));
  return {
    session,
    type,
    vmid,
    target,
    log,
    logError: (text) => write(' ERROR:', text),
    remote: { ...session, machine: target, print: log, warn: log, writeError: log },
    storageFor: (storage) => named.get(storage) ?? fallback ?? storage,
    moved: new Map(),
  };
}

/** Runs a migration to its end. Throws Failure when it was aborted, or ended with problems. */
export async function runMigration(migration: Migration, parts: MigrationParts): Promise<void> {
  const { session, log, logError } = migration;
  const { clock } = session.machine;
  const started = clock();
  const duration = (): string => {
    const seconds = clock() - started;
    return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
      .map((part) => String(Math.trunc(part)).padStart(2, '0'))
      .join(':');
  };
  try {
    await parts.prepare(migration);
    await copyOrTakeBack(migration, parts);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    logError(`migration aborted (duration ${duration()}): ${thrown.text}`);
    die('migration aborted');
  }
  try {
    await parts.handOver(migration);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    logError(thrown.text);
    logError(`migration finished with problems (duration ${duration()})`);
    die('migration problems');
  }
  log(`migration finished successfully (duration ${duration()})`);
}

async function copyOrTakeBack(migration: Migration, parts: MigrationParts): Promise<void> {
  try {
    await parts.copy(migration);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    migration.logError(thrown.text);
    migration.log('aborting phase 1 - cleanup resources');
    await parts.takeBack(migration).catch((error: unknown) => migration.logError(failureText(error)));
    throw thrown;
  }
}

/** The node to migrate to. Throws Failure for this node, or one that is none. */
export function targetNode({ machine }: Session, target: string): Machine {
  if (target === machine.name) refuseParameters({ target: 'target is local node.' });
  if (!machine.cluster.quorate()) die('cluster not ready - no quorum?');
  return machine.cluster.machines.get(target) ?? die(`no such cluster node '${target}'`);
}

/** Checks a storage map against the target node: each storage is there and takes images. Throws Failure. */
export function checkStorageMap(
  machine: Machine,
  node: string,
  option: string,
  map: string,
  content: string,
  what: string,
): void {
  try {
    parseIdMap(map, verifierOf('pve-storage-id'));
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    refuseParameters({ [option]: `failed to parse storage map: ${thrown.text}` });
  }
  for (const entry of splitList(map).filter((one) => one !== '1')) {
    const id = entry.split(':').at(-1) ?? '';
    const storage = storageOf(machine, id);
    refuseUnavailable(storage, machine.name);
    if (!storage.content.has(content))
      refuseParameters({ storage: `storage '${id}' does not support ${what}` });
    refuseUnavailable(storage, node);
  }
}

/** Refuses a node that cannot be reached by SSH; what `ssh` said is in the log. Throws Failure. */
export function refuseUnreachable(migration: Migration): void {
  const { session, target, log } = migration;
  const { cluster } = session.machine;
  if (cluster.isOnline(target.name)) return;
  const ip = addressOf(migration);
  log(`# ${sshCommand(migration, '/bin/true')}`);
  log(`ssh: connect to host ${ip} port 22: No route to host`);
  die("Can't connect to destination address using public key");
}

/** The target's address in the cluster. */
export function addressOf({ session, target }: Migration): string {
  return session.machine.cluster.members.find(({ name }) => name === target.name)?.ip ?? target.name;
}

/** How PVE runs a command on the target, as its logs quote it. */
export function sshCommand(migration: Migration, command: string): string {
  const { name } = migration.target;
  const options = [
    'BatchMode=yes',
    `HostKeyAlias=${name}`,
    `UserKnownHostsFile=/etc/pve/nodes/${name}/ssh_known_hosts`,
    'GlobalKnownHostsFile=none',
  ];
  const quoted = options.map((option) => `-o '${option}'`).join(' ');
  return `/usr/bin/ssh -e none ${quoted} root@${addressOf(migration)} ${command}`;
}
