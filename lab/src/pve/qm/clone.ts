import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import { parseProperties } from '../cli/verify.ts';
import { printProperties } from '../formats/property-string.ts';
import { emptyConfig, type GuestConfig, type Section } from '../guest/config.ts';
import { refuseLocked, refuseUsedId, refuseWithoutQuorum, removeConfig } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { copyVolume, isLinkable, linkVolume } from '../storage/clone.ts';
import { usableStorage } from '../storage/config.ts';
import { free, volumeBytes } from '../storage/volumes.ts';
import { isCdrom, isCloudinit, isDriveName, parseDrive, printDrive, type Drive } from './drive.ts';
import { parseNet, withMac } from './network.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';

/** What of a VM its clone does not get. */
const LEFT_OUT = /^(parent|snaptime|vmstate|snapstate|runningcpu|runningmachine|template|lock|unused\d+)$/;

/** `qm clone` of a stopped VM. Throws Failure for what is refused before the task. */
export async function cloneVm(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', newid = '', target } = parameters;
  const { machine } = session;
  if (parameters['pool'] !== undefined) die('pvefleet-lab: qm clone --pool is not modelled');
  if (!machine.files.exists(`/etc/pve/nodes/${machine.name}/qemu-server/${vmid}.conf`))
    die(`unable to find configuration file for VM ${vmid} on node '${machine.name}'`);
  loadChecked(session, parameters);
  return runTask(session, 'qmclone', vmid, () =>
    withGuestLock(session, 'qemu', newid, 1, () =>
      withGuestLock(session, 'qemu', vmid, 1, async () => {
        const { section, full } = loadChecked(session, parameters);
        session.print(`creating a clone of VM ${vmid} with ID ${newid}\n`);
        refuseUsedId(machine, newid);
        const config = cloneConfig(session, section, parameters);
        const made: string[] = [];
        try {
          for (const name of [...section.keys()].filter(isDriveName).toSorted()) {
            const drive = parseDrive(name, section.get(name) ?? '');
            if (drive !== undefined)
              config.main.set(
                name,
                await cloneDrive(session, parameters, name, drive, section.get(name) ?? '', full, made),
              );
          }
          saveVm(session, newid, config);
        } catch (thrown) {
          if (!(thrown instanceof Failure)) throw thrown;
          for (const volume of made) await free(session, volume);
          removeConfig(machine, 'qemu', newid);
          die(`clone failed: ${failureText(thrown)}`);
        }
        if (target !== undefined && target !== machine.name) {
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
  { vmid = '', newid = '', target, storage, snapname, format, full: wanted }: Parameters,
): { readonly section: Section; readonly full: boolean } {
  const { machine } = session;
  if (target !== undefined && !machine.cluster.machines.has(target)) die(`no such cluster node '${target}'`);
  if (storage !== undefined && !usableStorage(machine, storage).content.has('images'))
    refuseParameters({ storage: `storage '${storage}' does not support vm images` });
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
  if (runningPid(machine, vmid) !== undefined) die('pvefleet-lab: qm clone of a running VM is not modelled');
  const local = [...section].some(
    ([name, text]) => isDriveName(name) && (parseDrive(name, text)?.['file'] ?? 'none') !== 'none',
  );
  if (target !== undefined && target !== machine.name && local)
    die(`can't clone VM to node '${target}' (VM uses local storage)`);
  if (machine.files.exists(`/etc/pve/nodes/${machine.name}/qemu-server/${newid}.conf`))
    die(`unable to create VM ${newid}: config file already exists`);
  if (!full) refuseUnlinkable(session, section);
  return { section, full };
}

function refuseUnlinkable(session: Session, section: Section): void {
  for (const [name, text] of section) {
    const drive = isDriveName(name) ? parseDrive(name, text) : undefined;
    if (drive === undefined || isCdrom(drive) || name === 'tpmstate0') continue;
    if (!isLinkable(session, drive['file'] ?? ''))
      die(`Linked clone feature is not supported for '${drive['file']}' (${name})`);
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

async function cloneDrive(
  session: Session,
  { newid = '', storage, format }: Parameters,
  name: string,
  drive: Drive,
  text: string,
  full: boolean,
  made: string[],
): Promise<string> {
  if (isCdrom(drive, true)) return text;
  const volume = drive['file'] ?? '';
  const copies = full || isCloudinit(drive) || name === 'tpmstate0';
  session.print(`create ${copies ? 'full' : 'linked'} clone of drive ${name} (${volume})\n`);
  const cloudinit = isCloudinit(drive) ? `vm-${newid}-cloudinit` : undefined;
  drive['file'] = copies
    ? await copyVolume(session, newid, volume, storage, format, cloudinit)
    : await linkVolume(session, newid, volume);
  made.push(drive['file']);
  delete drive['format'];
  const bytes = volumeBytes(session.machine, volume);
  if (bytes !== undefined) drive['size'] = String(bytes);
  return printDrive(name, drive);
}
