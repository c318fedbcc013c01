import { stepMakers } from './step-makers.ts';
import { hasLinkedClones, hasSnapshots, keepsFiles, wordsOf } from './storage-words.ts';
import type { Place } from './test-step.ts';
import { MARK } from './test-step.ts';

/** What all steps with VMs share: makers, what is declared, and the options that its config has then. */
export type VmTest = ReturnType<typeof vmTest>;

export function vmTest(place: Place) {
  const { node, storage, bridge, vmids } = place;
  const { vm } = vmids;
  const words = wordsOf(storage.type);
  const complains = words.warnings;
  const withSnapshots = hasSnapshots(storage.type, 'vm');
  const format = keepsFiles(storage.type) ? 'qcow2' : undefined;
  const disk = (size: string) => ({ storage: storage.id, size, ...(format !== undefined && { format }) });
  /** A disk as "qm set" is given it, and as the config has it. */
  const asked = (options = '') =>
    `${storage.id}:1${[options, ...(format === undefined ? [] : [`format=${format}`])]
      .flatMap((each) => (each === '' ? [] : each.split(',')))
      .toSorted()
      .map((each) => `,${each}`)
      .join('')}`;
  const volume = (options: string) => `${storage.id}:{word},${options}`;
  const card = bridge === undefined ? undefined : { model: 'virtio', bridge, link_down: true };
  const net = (options = '') => bridge && `virtio={mac},bridge=${bridge},link_down=1${options}`;
  const update = (what: string) => `update VM ${vm}: ${what}`;
  const created = {
    boot: bridge === undefined ? 'order=scsi0' : 'order=scsi0;net0',
    meta: 'creation-qemu={any},ctime={number}',
    name: MARK,
    net0: net(),
    ostype: 'l26',
    scsihw: 'virtio-scsi-single',
    smbios1: 'uuid={uuid}',
    tags: 'a;b',
    vmgenid: '{uuid}',
  };
  const cloudInit = {
    cipassword: '{any}',
    ciuser: 'nobody',
    ide2: volume('media=cdrom'),
    ipconfig0: 'gw=192.0.2.1,ip=192.0.2.11/24',
    nameserver: '192.0.2.53',
    sshkeys: 'ssh-ed25519%20{any}%20nobody%40example.com%0A',
  };
  const scsi1 = volume('backup=0,iothread=1,size=2G');
  const stopped = {
    ...created,
    ...cloudInit,
    cores: '2',
    memory: '384',
    scsi0: volume('size=1G'),
    scsi1,
    snaptime: '{number}',
  };
  const running = {
    ...stopped,
    net0: net(',rate=5'),
    parent: 'stopped',
    'running-nets-host-mtu': bridge && 'net0={number}',
    runningcpu: '{any}',
    runningmachine: '{word}',
    scsi0: volume('size=2G'),
    scsi2: volume('size=1G'),
    tags: 'a;b;c',
    vmstate: `${storage.id}:{word}`,
  };
  /** A clone has what the VM has, with a MAC address and ids of its own, and not its detached disks. */
  const cloned = {
    ...created,
    ...cloudInit,
    cores: withSnapshots ? '2' : '1',
    ide2: volume('media=cdrom,size=4M'),
    memory: '384',
    net0: net(withSnapshots ? '' : ',rate=5'),
    scsi0: volume(withSnapshots ? 'size=1G' : 'size=2G'),
    scsi2: withSnapshots ? undefined : volume('size=1G'),
    tags: withSnapshots ? 'a;b' : 'a;b;c',
  };
  return {
    ...stepMakers('vm', vm, node),
    ...vmids,
    storage: storage.id,
    words,
    complains,
    withSnapshots,
    withLinkedClones: hasLinkedClones(storage.type),
    keepsFiles: keepsFiles(storage.type),
    card,
    disk,
    asked,
    volume,
    net,
    update,
    created,
    cloudInit,
    scsi1,
    stopped,
    running,
    cloned,
  };
}
