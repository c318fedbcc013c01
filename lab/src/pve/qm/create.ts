import type { Parameters } from '../cli/getopt.ts';
import { checkPublicKeys } from '../cli/file-parameters.ts';
import { die, Failure, failureText } from '../failure.ts';
import { emptyConfig } from '../guest/config.ts';
import { addToPool, refuseUnknownPool } from '../guest/pools.ts';
import { refuseLocked, refuseUsedId, refuseWithoutQuorum, removeConfig } from '../guest/store.ts';
import { uniqueTags } from '../guest/tags.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { defaultBootOrder } from './boot.ts';
import { checkDriveStorages, createDisks } from './disks.ts';
import { isDriveName, normalizeDrives, resolveCdromAlias } from './drive.ts';
import { pinnedMachine } from './machine-type.ts';
import { addMacs } from './network.ts';
import { clampCpuUnits } from './options.ts';
import { restoreVm } from './restore.ts';
import { startVm } from './start.ts';
import { saveVm } from './store.ts';

/** The version that QEMU says it has; the recordings' is Debian's. */
const QEMU_VERSION = '10.0.13';

const NOT_MODELLED = ['ha-managed', 'live-restore', 'unique'];
/** What steers a restore, and is no option of the VM. */
const RESTORE = [
  'archive',
  'vmid',
  'storage',
  'force',
  'unique',
  'pool',
  'start',
  'bwlimit',
  'live-restore',
  'ha-managed',
];

/** `qm create` (PVE::API2::Qemu create_vm). */
export async function createVm(session: Session, given: Parameters): Promise<TaskEnd> {
  const { machine } = session;
  if (given['archive'] !== undefined) {
    const entries = Object.entries(given);
    return restoreVm(
      session,
      Object.fromEntries(entries.filter(([name]) => RESTORE.includes(name))),
      Object.fromEntries(entries.filter(([name]) => !RESTORE.includes(name))),
    );
  }
  const parameters: Record<string, string> = { ...given };
  const vmid = take(parameters, 'vmid') ?? '';
  const refused = NOT_MODELLED.find((name) => parameters[name] !== undefined);
  if (refused !== undefined) die(`pvefleet-lab: qm create --${refused} is not modelled`);
  take(parameters, 'force');
  take(parameters, 'bwlimit');
  const start = take(parameters, 'start') === '1';
  const storage = take(parameters, 'storage');
  const pool = take(parameters, 'pool');
  if (parameters['sshkeys'] !== undefined) checkPublicKeys(decodeURIComponent(parameters['sshkeys']));
  clampCpuUnits(parameters);
  refuseWithoutQuorum(machine);
  if (pool !== undefined) refuseUnknownPool(machine, pool);
  resolveCdromAlias(parameters);
  checkDriveStorages(session, parameters, storage);
  normalizeDrives(machine, parameters);
  addMacs(machine, parameters);
  await reserve(session, vmid);
  return runTask(session, 'qmcreate', vmid, async () => {
    try {
      await withGuestLock(session, 'qemu', vmid, 1, async () => {
        await writeNewVm(session, vmid, parameters, storage);
        if (pool !== undefined) addToPool(machine, pool, vmid);
      });
    } catch (thrown) {
      if (thrown instanceof Failure) removeConfig(machine, 'qemu', vmid);
      throw thrown;
    }
    if (start) {
      session.print('Execute autostart\n');
      await startVm(session, { vmid });
    }
  });
}

function take(parameters: Record<string, string>, name: string): string | undefined {
  const value = parameters[name];
  delete parameters[name];
  return value;
}

/** Takes the ID, in the whole cluster, by a config that is only a lock (create_and_lock_config). Throws Failure. */
async function reserve(session: Session, vmid: string): Promise<void> {
  try {
    await withGuestLock(session, 'qemu', vmid, 5, () => {
      refuseUsedId(session.machine, vmid);
      const config = emptyConfig();
      refuseLocked('qemu', config);
      config.main.set('lock', 'create');
      saveVm(session, vmid, config);
    });
  } catch (thrown) {
    die(`unable to create VM ${vmid} - ${failureText(thrown)}`);
  }
}

async function writeNewVm(
  session: Session,
  vmid: string,
  parameters: Readonly<Record<string, string>>,
  storage: string | undefined,
): Promise<void> {
  const { machine } = session;
  const config = emptyConfig();
  for (const [name, value] of Object.entries(parameters)) config.main.set(name, value);
  config.main.set('meta', `creation-qemu=${QEMU_VERSION},ctime=${machine.clock()}`);
  try {
    const probe = emptyConfig();
    for (const [name, value] of config.main) if (!isDriveName(name)) probe.main.set(name, value);
    const drives = await createDisks(session, vmid, probe, parameters, storage);
    for (const [name, value] of drives) config.main.set(name, value);
    if (isFalse(config.main.get('boot'))) config.main.set('boot', defaultBootOrder(config.main));
    if (isFalse(config.main.get('smbios1'))) config.main.set('smbios1', `uuid=${machine.random.uuid()}`);
    if ((config.main.get('vmgenid') ?? '1') === '1' && config.main.get('arch') !== 'aarch64')
      config.main.set('vmgenid', machine.random.uuid());
    const pinned = pinnedMachine(session, config.main.get('machine'), config.main.get('ostype'));
    if (pinned !== undefined) config.main.set('machine', pinned);
    const tags = config.main.get('tags');
    if (tags !== undefined) config.main.set('tags', uniqueTags(machine, tags));
    saveVm(session, vmid, config);
  } catch (thrown) {
    die(`unable to create VM ${vmid} - ${failureText(thrown)}`);
  }
}

function isFalse(value: string | undefined): boolean {
  return value === undefined || value === '' || value === '0';
}
