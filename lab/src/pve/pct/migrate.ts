import type { Parameters } from '../cli/getopt.ts';
import { moveResource } from '../cluster/crm-commands.ts';
import { isForHa } from '../cluster/ha.ts';
import { die, failureText } from '../failure.ts';
import type { GuestConfig, Section } from '../guest/config.ts';
import {
  addressOf,
  checkStorageMap,
  openMigration,
  refuseUnreachable,
  runMigration,
  sshCommand,
  targetNode,
  type Migration,
} from '../guest/migration.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { passMiddle, pause, runTask, type Session, type TaskEnd } from '../session.ts';
import { refuseUnavailable, storageOf, usableStorage } from '../storage/config.ts';
import { carryShared, sendVolume } from '../storage/send.ts';
import { requireVolumeId } from '../storage/volume-name.ts';
import { free, locate } from '../storage/volumes.ts';
import { applyPending } from './apply-pending.ts';
import { SHUTDOWN_SECONDS, START_SECONDS } from './power.ts';
import { isRunning, land, launch } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { isMountName, NEW_VOLUME, parseMount, printMount, unusedVolume } from './volume.ts';

/** `pct migrate`: of a stopped container, or of a running one by a stop and a start. Throws Failure for what is refused before the task. */
export async function migrateCt(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', target: node = '', online, restart, 'target-storage': map } = parameters;
  const { machine } = session;
  const target = targetNode(session, node);
  loadCt(session, vmid);
  if (isRunning(machine, vmid) && online !== '1' && restart !== '1')
    die("can't migrate running container without --online or --restart");
  if (map !== undefined)
    checkStorageMap(machine, node, 'target-storage', map, 'rootdir', 'container directories');
  if (isForHa(session, `ct:${vmid}`))
    return runTask(session, 'hamigrate', vmid, () => {
      session.print(`Requesting HA migration for CT ${vmid} to node ${node}\n`);
      moveResource(session, 'migrate', { sid: `ct:${vmid}`, node });
    });
  return runTask(session, 'vzmigrate', vmid, () =>
    withGuestLock(session, 'lxc', vmid, 10, () =>
      migrate(openMigration(session, 'vzmigrate', vmid, target, map), parameters),
    ),
  );
}

async function migrate(migration: Migration, { online, restart }: Parameters): Promise<void> {
  const { session, vmid, target, log, moved } = migration;
  let wasRunning = false;
  const started: string[] = [];
  await runMigration(migration, {
    prepare: async () => {
      const config = loadCt(session, vmid);
      refuseLocked('lxc', config);
      wasRunning = isRunning(session.machine, vmid);
      if (wasRunning && online === '1') die('lxc live migration is currently not implemented');
      if (wasRunning && restart !== '1') die('running container can only be migrated in restart mode');
      checkMounts(migration, config);
      refuseUnreachable(migration);
      if (!wasRunning) return;
      log(`shutdown CT ${vmid}`);
      await pause(session, SHUTDOWN_SECONDS);
      land(session.machine, vmid);
      await applyPending(session, vmid, config);
      saveCt(session, vmid, config);
    },
    copy: async () => {
      log(`starting migration of CT ${vmid} to node '${target.name}' (${addressOf(migration)})`);
      const config = loadCt(session, vmid);
      config.main.set('lock', 'migrate');
      saveCt(session, vmid, config);
      const found = scanVolumes(migration, config);
      for (const [volume, withSnapshots] of found.locals) {
        started.push(volume);
        await sendVolume(migration, volume, withSnapshots);
      }
      if (started.length === 0) passMiddle(session, 'vzmigrate', vmid);
      handConfig(migration, config);
      for (const volume of found.shared) carryShared(migration, volume);
    },
    takeBack: () => {
      for (const volume of started)
        migration.logError(
          `found stale volume copy '${moved.get(volume) ?? volume}' on node '${target.name}'`,
        );
      log('start final cleanup');
      const config = loadCt(session, vmid);
      config.main.delete('lock');
      saveCt(session, vmid, config);
      if (wasRunning) {
        log('start container on source node');
        launch(session.machine, vmid);
      }
      return Promise.resolve();
    },
    handOver: async () => {
      for (const volume of started) await free(session, volume);
      log('start final cleanup');
      const there = { ...session, machine: target };
      const config = loadCt(there, vmid);
      config.main.delete('lock');
      saveCt(there, vmid, config);
      if (!wasRunning) return;
      log('start container on target node');
      log(`# ${sshCommand(migration, `pct start ${vmid}`)}`);
      await pause(session, START_SECONDS);
      launch(target, vmid);
    },
  });
}

/** Each mount point must be a volume that the other node's storages can take. Throws Failure. */
function checkMounts({ session, target, storageFor }: Migration, { main }: GuestConfig): void {
  for (const [name, volume, isShared] of mountedVolumes(main)) {
    if (volume.startsWith('/')) {
      if (isShared) continue;
      die(`cannot migrate local ${volume.startsWith('/dev/') ? 'device' : 'bind'} mount point '${name}'`);
    }
    const storage = usableStorage(session.machine, requireVolumeId(volume).storage);
    if (!storage.content.has('rootdir'))
      die(`content type 'rootdir' is not available on storage '${storage.id}'`);
    const there = storageOf(session.machine, storage.shared ? storage.id : storageFor(storage.id));
    refuseUnavailable(there, target.name);
    if (!there.content.has('rootdir'))
      die(`${volume}: content type 'rootdir' is not available on storage '${there.id}'`);
  }
}

/** Mount points and unused volumes: option, volume, whether it is marked as shared. */
function mountedVolumes(section: Section): readonly (readonly [string, string, boolean])[] {
  return [...section].flatMap(([name, text]) => {
    if (/^unused\d+$/.test(name)) return [[name, unusedVolume(text), false] as const];
    if (!isMountName(name)) return [];
    const mount = parseMount(name, text);
    return [[name, mount['volume'] ?? '', mount['shared'] === '1'] as const];
  });
}

interface FoundVolumes {
  /** Volume, and whether its snapshots go with it. */
  readonly locals: ReadonlyMap<string, boolean>;
  readonly shared: readonly string[];
}

/** Finds the volumes that have to be copied, and says which; refuses what cannot be, with the reasons in the log. Throws Failure. */
function scanVolumes(migration: Migration, config: GuestConfig): FoundVolumes {
  const { log } = migration;
  const locals = new Map<string, boolean>();
  const shared: string[] = [];
  const errors = new Map<string, string>();
  const look = (section: Section, isSnapshot: boolean): void => {
    for (const [name, volume] of mountedVolumes(section)) {
      if (volume.startsWith('/')) {
        if (!isSnapshot) log(`ignoring shared 'bind' mount point '${name}' ('${volume}')`);
      } else if (NEW_VOLUME.test(volume)) {
        log(`volume '${volume}' does not exist (pending change?)`);
      } else {
        try {
          lookAt(migration, volume, isSnapshot, locals, shared);
        } catch (thrown) {
          if (!errors.has(volume)) errors.set(volume, failureText(thrown));
        }
      }
    }
  };
  for (const section of config.snapshots.values()) look(section, true);
  look(config.pending, false);
  look(config.main, false);
  const byName = <T>(rows: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
    [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [volume] of byName(locals)) log(`found local volume '${volume}' (in current VM config)`);
  for (const [volume, error] of byName(errors)) log(`can't migrate local volume '${volume}': ${error}`);
  if (errors.size > 0) die("can't migrate CT - check log");
  return { locals: new Map(byName(locals)), shared };
}

function lookAt(
  { session, vmid, log }: Migration,
  volume: string,
  isSnapshot: boolean,
  locals: Map<string, boolean>,
  shared: string[],
): void {
  const { storage, name } = locate(session.machine, volume);
  if (storage.shared) {
    if (!isSnapshot) log(`volume '${volume}' is on shared storage '${storage.id}'`);
    if (!shared.includes(volume)) shared.push(volume);
    return;
  }
  locals.set(volume, isSnapshot || locals.get(volume) === true);
  if (name.owner !== vmid) die(`owned by other guest (owner = ${name.owner ?? ''})`);
  if (isSnapshot && storage.type !== 'zfspool' && storage.type !== 'btrfs')
    die('non-migratable snapshot exists');
  if (name.base !== undefined) die(`clone of '${name.base}'`);
}

/** Writes the names that the volumes have there, and moves the config. */
function handConfig({ session, vmid, target, moved }: Migration, config: GuestConfig): void {
  for (const section of [config.main, config.pending, ...config.snapshots.values()]) {
    for (const [name, text] of section) {
      if (/^unused\d+$/.test(name)) section.set(name, moved.get(unusedVolume(text)) ?? text);
      if (!isMountName(name)) continue;
      const mount = parseMount(name, text);
      const copy = moved.get(mount['volume'] ?? '');
      if (copy !== undefined && copy !== mount['volume'])
        section.set(name, printMount(name, { ...mount, volume: copy }));
    }
  }
  saveCt(session, vmid, config);
  const { files, name } = session.machine;
  files.rename(`/etc/pve/nodes/${name}/lxc/${vmid}.conf`, `/etc/pve/nodes/${target.name}/lxc/${vmid}.conf`);
}
