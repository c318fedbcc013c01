import type { FileTree, Machine, Volumes } from '../machine.ts';
import { caCertificate, caDaysLeft, writeNodeCertificate } from './node-certificate.ts';
import { dpkgStatus, kernelRelease } from './packages.ts';

/** Directories of every node, in a recording too. */
const DIRECTORIES = [
  '/boot', '/dev/pve', '/etc/apt/sources.list.d', '/etc/modprobe.d', '/etc/network/if-down.d', '/etc/network/if-post-down.d', '/etc/network/if-pre-up.d', '/etc/network/ifupdown2', '/etc/network/interfaces.d', '/etc/network/run', '/etc/ssh/sshd_config.d', '/etc/systemd/system', '/mnt', '/opt', '/root/.ssh', '/run/lock/lxc', '/run/lock/qemu-server',
  '/run/lxc/lock', '/run/qemu-server', '/run/systemd/transient', '/srv', '/tmp', '/usr/lib', '/usr/local/bin', '/usr/local/sbin',
  '/var/cache', '/var/lib/dpkg', '/var/lib/lxc', '/var/lib/pve-manager', '/var/lib/vz/dump', '/var/lib/vz/images', '/var/lib/vz/snippets', '/var/lib/vz/template/cache', '/var/lib/vz/template/iso',
  '/var/log/pve/tasks', '/var/tmp',
]; // prettier-ignore

const CLUSTER_DIRECTORIES = ['firewall', 'ha', 'mapping', 'nodes', 'priv/lock', 'sdn', 'virtual-guest'];
const NODE_DIRECTORIES = ['lxc', 'openvz', 'priv', 'qemu-server'];

const TEMPLATE = {
  path: '/var/lib/vz/template/cache/debian-12-standard_12.0-1_amd64.tar.zst',
  bytes: 1_113_970,
};

/** Empties `/run`, which is new after each boot. */
export function renewRun(files: FileTree): void {
  files.remove('/run');
  for (const directory of DIRECTORIES.filter((each) => each.startsWith('/run/')))
    files.makeDirectory(directory);
}

/** Makes the directories that a running node has whatever was installed on it. */
export function makeDirectories(files: FileTree, name: string): void {
  files.write('/dev/null', '', 0o666);
  for (const directory of DIRECTORIES) files.makeDirectory(directory);
  for (const directory of CLUSTER_DIRECTORIES) files.makeDirectory(`/etc/pve/${directory}`);
  for (const directory of NODE_DIRECTORIES) files.makeDirectory(`/etc/pve/nodes/${name}/${directory}`);
}

/** Puts on a node what PVE's installer leaves; on the shared tree only what is not there yet. */
export function install(machine: Machine, ip: string, random: Machine['random']): void {
  const { files, name } = machine;
  for (const [path, text] of Object.entries(nodeFiles(machine, ip))) files.write(path, text);
  for (const [path, text] of Object.entries(sharedFiles(machine, random))) {
    if (!files.exists(path)) files.write(path, text);
  }
  files.write(`/etc/pve/nodes/${name}/pve-ssl.key`, privateKey(random));
  writeNodeCertificate(machine, caDaysLeft(machine) ?? 0);
  installVolumes(machine.volumes);
}

function installVolumes(volumes: Volumes): void {
  volumes.set(TEMPLATE.path, TEMPLATE.bytes);
}

function nodeFiles({ name, traits, cluster }: Machine, ip: string): Record<string, string> {
  const nic = traits.pve === '9' ? 'nic0' : 'eno1';
  const gateway = ip.replace(/\d+$/, '1');
  const debian = traits.pve === '9' ? { id: '13', name: 'trixie' } : { id: '12', name: 'bookworm' };
  return {
    ...(cluster.name === undefined
      ? {}
      : { '/etc/corosync/corosync.conf': corosyncConf(cluster.name, cluster.members) }),
    '/etc/hostname': `${name}\n`,
    '/etc/hosts': `127.0.0.1 localhost.localdomain localhost\n${ip} ${name}.lab.internal ${name}\n\n# The following lines are desirable for IPv6 capable hosts\n\n::1     ip6-localhost ip6-loopback\nfe00::0 ip6-localnet\nff00::0 ip6-mcastprefix\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\nff02::3 ip6-allhosts\n`,
    '/etc/resolv.conf': `search lab.internal\nnameserver ${gateway}\n`,
    '/etc/timezone': 'Etc/UTC\n',
    ...Object.fromEntries(
      ['Etc/UTC', 'UTC', 'Europe/Vienna'].map((zone) => [`/usr/share/zoneinfo/${zone}`, 'TZif2']),
    ),
    '/etc/debian_version': `${debian.id}.0\n`,
    '/etc/os-release': `PRETTY_NAME="Debian GNU/Linux ${debian.id} (${debian.name})"\nNAME="Debian GNU/Linux"\nVERSION_ID="${debian.id}"\nVERSION="${debian.id} (${debian.name})"\nVERSION_CODENAME=${debian.name}\nID=debian\n`,
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n',
    '/etc/group': 'root:x:0:\nwww-data:x:33:\n',
    '/etc/vzdump.conf':
      '# vzdump default settings\n\n#tmpdir: DIR\n#dumpdir: DIR\n#storage: STORAGE_ID\n#mode: snapshot|suspend|stop\n',
    '/etc/network/interfaces': `auto lo\niface lo inet loopback\n\niface ${nic} inet manual\n\nauto vmbr0\niface vmbr0 inet static\n\taddress ${ip}/24\n\tgateway ${gateway}\n\tbridge-ports ${nic}\n\tbridge-stp off\n\tbridge-fd 0\n\n\nsource /etc/network/interfaces.d/*\n`,
    [`/boot/vmlinuz-${kernelRelease(traits.pve)}`]: '',
    '/etc/apt/sources.list.d/debian.sources': `Types: deb\nURIs: http://deb.debian.org/debian/\nSuites: ${debian.name} ${debian.name}-updates\nComponents: main contrib non-free-firmware\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`,
    '/etc/apt/sources.list.d/proxmox.sources': `Types: deb\nURIs: http://download.proxmox.com/debian/pve\nSuites: ${debian.name}\nComponents: pve-no-subscription\nSigned-By: /usr/share/keyrings/proxmox-archive-keyring.gpg\n`,
    '/var/lib/dpkg/status': dpkgStatus(traits.pve),
    '/var/log/pve/tasks/active': '',
    '/var/log/pve/tasks/index': '',
    '/root/.profile': '# ~/.profile: executed by Bourne-compatible login shells.\n',
  };
}

function sharedFiles({ cluster, traits, clock }: Machine, random: Machine['random']): Record<string, string> {
  const caKey = privateKey(random);
  const local = traits.pve === '9' ? 'iso,vztmpl,backup,import' : 'iso,vztmpl,backup';
  return {
    '/etc/pve/storage.cfg': `dir: local\n\tpath /var/lib/vz\n\tcontent ${local}\n\nlvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n\tcontent rootdir,images\n\n`,
    '/etc/pve/datacenter.cfg': 'keyboard: en-us\n',
    '/etc/pve/user.cfg': 'user:root@pam:1:0:::root@lab.internal::\n',
    '/etc/pve/vzdump.cron':
      '# cluster wide vzdump cron schedule\n# Automatically generated file - do not edit\n\nPATH="/usr/sbin:/usr/bin:/sbin:/bin"\n\n',
    '/etc/pve/authkey.pub': `-----BEGIN PUBLIC KEY-----\n${random.hex(64)}\n-----END PUBLIC KEY-----\n`,
    '/etc/pve/pve-root-ca.pem': caCertificate(caKey, random.uuid(), clock()),
    '/etc/pve/pve-www.key': privateKey(random),
    '/etc/pve/priv/authorized_keys': '',
    '/etc/pve/priv/pve-root-ca.key': caKey,
    ...(cluster.name === undefined
      ? {}
      : { '/etc/pve/corosync.conf': corosyncConf(cluster.name, cluster.members) }),
  };
}

function corosyncConf(name: string, members: Machine['cluster']['members']): string {
  const nodes = members.map(
    (member) =>
      `  node {\n    name: ${member.name}\n    nodeid: ${member.id}\n    quorum_votes: ${member.votes}\n    ring0_addr: ${member.ip}\n  }\n`,
  );
  return `logging {\n  debug: off\n  to_syslog: yes\n}\n\nnodelist {\n${nodes.join('')}}\n\nquorum {\n  provider: corosync_votequorum\n}\n\ntotem {\n  cluster_name: ${name}\n  config_version: ${members.length}\n  interface {\n    linknumber: 0\n  }\n  ip_version: ipv4-6\n  link_mode: passive\n  secauth: on\n  token_coefficient: 125\n  version: 2\n}\n\n`;
}

/** Not a key: the lab needs none, but a probe must not send what stands here. */
export function privateKey(random: Machine['random']): string {
  return `-----BEGIN PRIVATE KEY-----\nlab-secret-${random.hex(40)}\n-----END PRIVATE KEY-----\n`;
}
