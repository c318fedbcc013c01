import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import type { Machine } from '../../machine.ts';
import { parseProperties } from '../cli/verify.ts';
import { printProperties } from '../formats/property-string.ts';
import { emptyConfig, type GuestConfig, type Section } from '../guest/config.ts';
import { cloneFirewall } from '../guest/firewall.ts';
import { addToPool, refuseUnknownPool } from '../guest/pools.ts';
import { refuseLocked, refuseUsedId, refuseWithoutQuorum, removeConfig } from '../guest/store.ts';
import { withGuestLock, withSharedGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { isLinkable } from '../storage/copy.ts';
import { refuseUnavailable, storageOf, usableStorage } from '../storage/config.ts';
import { carryAll } from '../storage/send.ts';
import { mirrors } from '../storage/mirror.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { free } from '../storage/volumes.ts';
import { cloneDisk } from './clone-disk.ts';
import { isCdrom, isCloudinit, isDriveName, parseDrive, printDrive } from './drive.ts';
import { freezeRefusal } from './freeze.ts';
import { parseNet, withMac } from './network.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';

/** What of a VM its clone does not get. */
const LEFT_OUT =
  /^(parent|snaptime|vmstate|snapstate|runningcpu|runningmachine|running-nets-host-mtu|template|lock|unused\d+)$/;

/** `qm clone`. Throws Failure for what is refused before the task. */
export async function cloneVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', newid = '', target } = parameters;
  const { machine } = session;
  if (!machine.files.exists(`/etc/pve/nodes/${machine.name}/qemu-server/${vmid}.conf`))
    die(`unable to find configuration file for VM ${vmid} on node '${machine.name}'`);
  loadChecked(session, parameters);
  // Several clones of a VM that is stopped may be made at once.
  const withSource = runningPid(machine, vmid) === undefined ? withSharedGuestLock : withGuestLock;
  return runTask(session, 'qmclone', vmid, () =>
    withSource(session, 'qemu', vmid, 1, () =>
      withGuestLock(session, 'qemu', newid, 1, async () => {
        const { section, full } = loadChecked(session, parameters);
        session.print(`creating a clone of VM ${vmid} with ID ${newid}\n`);
        refuseUsedId(machine, newid);
        machine.files.write(
          `/etc/pve/nodes/${machine.name}/qemu-server/${newid}.conf`,
          '# qmclone temporary file\nlock: clone\n',
        );
        const made = await fill(session, parameters, section, full);
        if (target !== undefined && target !== machine.name) {
          carryAll(session, target, made);
          machine.files.rename(
            `/etc/pve/nodes/${machine.name}/qemu-server/${newid}.conf`,
            `/etc/pve/nodes/${target}/qemu-server/${newid}.conf`,
          );
        }
      }),
    ),
  );
}

function loadChecked(
  session: Session,
  { vmid = '', newid = '', target, storage, snapname, format, pool, full: wanted }: Parameters,
): { readonly section: Section; readonly full: boolean } {
  const { machine } = session;
  if (pool !== undefined) refuseUnknownPool(machine, pool);
  if (target !== undefined && !machine.cluster.machines.has(target)) die(`no such cluster node '${target}'`);
  const isElsewhere = target !== undefined && target !== machine.name;
  if (storage !== undefined) {
    const wantedStorage = usableStorage(machine, storage);
    if (!wantedStorage.content.has('images'))
      refuseParameters({ storage: `storage '${storage}' does not support vm images` });
    if (isElsewhere) {
      refuseUnavailable(wantedStorage, target);
      if (!wantedStorage.shared) die(`can't clone to non-shared storage '${storage}'`);
    }
  }
  refuseWithoutQuorum(machine);
  const config: GuestConfig = loadVm(session, vmid);
  refuseLocked('qemu', config);
  const section =
    snapname === undefined
      ? config.main
      : (config.snapshots.get(snapname) ?? die(`snapshot '${snapname}' does not exist`));
  const full = wanted === undefined ? config.main.get('template') !== '1' : wanted === '1';
  if (storage !== undefined && !full) die("parameter 'storage' not allowed for linked clones");
  if (format !== undefined && !full) die("parameter 'format' not allowed for linked clones");
  if (isElsewhere && usesLocalStorage(machine, section))
    die(`can't clone VM to node '${target}' (VM uses local storage)`);
  if (machine.files.exists(`/etc/pve/nodes/${machine.name}/qemu-server/${newid}.conf`))
    die(`unable to create VM ${newid}: config file already exists`);
  if (full && runningPid(machine, vmid) !== undefined && snapname === undefined && section.has('tpmstate0'))
    die('cannot clone TPM state while VM is running');
  if (!full) refuseUnlinkable(session, section);
  return { section, full };
}

/** Whether a disk, or a CD that is in a drive, lies where other nodes cannot see it. */
function usesLocalStorage(machine: Machine, section: Section): boolean {
  return [...section].some(([name, text]) => {
    const file = isDriveName(name) ? (parseDrive(name, text)?.['file'] ?? 'none') : 'none';
    if (file === 'none') return false;
    const id = splitVolumeId(file);
    return id === undefined || !storageOf(machine, id.storage).shared;
  });
}

function refuseUnlinkable(session: Session, section: Section): void {
  for (const [name, text] of section) {
    const drive = isDriveName(name) ? parseDrive(name, text) : undefined;
    if (drive === undefined || isCdrom(drive) || name === 'tpmstate0') continue;
    if (!isLinkable(session, drive['file'] ?? ''))
      die(`Linked clone feature is not supported for '${drive['file']}' (${name})`);
  }
}

/** Makes the clone's disks, which it returns, and writes its config after each; frees what it made when one fails. Throws Failure. */
async function fill(
  session: Session,
  parameters: Parameters,
  section: Section,
  full: boolean,
): Promise<readonly string[]> {
  const { vmid = '', newid = '', storage, format, snapname, pool } = parameters;
  const { machine } = session;
  const config = cloneConfig(session, section, parameters);
  const isRunning = runningPid(machine, vmid) !== undefined;
  const jobs = mirrors(session);
  const made: string[] = [];
  try {
    cloneFirewall(machine, vmid, newid);
    for (const name of [...section.keys()].filter(isDriveName).toSorted()) {
      const drive =
        parseDrive(name, section.get(name) ?? '') ?? die(`unable to parse drive options for '${name}'`);
      if (isCdrom(drive, true)) {
        config.main.set(name, section.get(name) ?? '');
        continue;
      }
      const copies = full || isCloudinit(drive) || name === 'tpmstate0';
      const source = { name, drive, isRunning, snapshot: snapname };
      const target = { vmid: newid, name, storage, format, full: copies };
      config.main.set(name, printDrive(name, await cloneDisk(session, source, target, jobs, made)));
      config.main.set('lock', 'clone');
      saveVm(session, newid, config);
    }
    jobs.cancel(freezeRefusal(session, section));
    config.main.delete('lock');
    saveVm(session, newid, config);
    if (pool !== undefined) addToPool(machine, pool, newid);
    return made;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    for (const volume of made) await free(session, volume);
    machine.files.remove(`/etc/pve/firewall/${newid}.fw`);
    removeConfig(machine, 'qemu', newid);
    return die(`clone failed: ${failureText(thrown)}`);
  }
}

/** The clone's options but its disks: new MAC addresses, a new UUID and generation, another name. */
function cloneConfig(
  session: Session,
  section: Section,
  { vmid = '', name, description }: Parameters,
): GuestConfig {
  const config = emptyConfig();
  for (const [option, value] of section) {
    if (LEFT_OUT.test(option) || isDriveName(option)) continue;
    config.main.set(option, /^net\d+$/.test(option) ? withNewMac(session, value) : value);
  }
  const smbios = parseProperties('pve-qm-smbios1', section.get('smbios1') ?? '');
  config.main.set(
    'smbios1',
    printProperties({ ...smbios, uuid: session.machine.random.uuid() }, 'pve-qm-smbios1'),
  );
  if (config.main.has('vmgenid')) config.main.set('vmgenid', session.machine.random.uuid());
  config.main.set('name', name ?? `Copy-of-VM-${section.get('name') ?? vmid}`);
  if (description !== undefined && description !== '') config.main.set('description', description);
  return config;
}

function withNewMac(session: Session, text: string): string {
  const { macaddr = '' } = parseNet(text);
  return withMac(session.machine, text.replace(`=${macaddr}`, ''));
}
