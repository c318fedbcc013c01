import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { snapshotWith, stateOf } from '../snapshot/sample.ts';

const upid = (pid: string, start: string, type: string, target: string): string =>
  `UPID:pve1:${pid}:00098739:${start}:${type}:${target}:root@pam:`;

/** A cluster that has something of everything, written by hand in PVE's forms. */
export const everything: Snapshot = {
  ...snapshotWith({
    '/etc/pve/nodes/pve1/qemu-server/100.conf': [
      '#line one%3A gr%C3%BC%C3%9Fe',
      'efidisk0: local-lvm:vm-100-disk-1,efitype=4m,size=4M',
      'ide2: local:iso/debian.iso,media=cdrom,size=600M',
      'name: web',
      'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1',
      'parent: after',
      'scsi0: local-lvm:vm-100-disk-0,discard=on,size=32G',
      'tags: db;prod',
      'unused0: local-lvm:vm-100-disk-2',
      '',
      '[before]',
      '#as it was',
      'name: old',
      'snaptime: 1700000000',
      'vmstate: local-lvm:vm-100-state-before',
      '',
      '[after]',
      'name: web',
      'parent: before',
      'snaptime: 1700000100',
      '',
    ].join('\n'),
    '/etc/pve/nodes/pve2/lxc/200.conf': [
      'arch: amd64',
      'hostname: c1',
      'mp0: /srv/data,mp=/data',
      'net0: name=eth0,bridge=v1,hwaddr=BC:24:11:00:00:02,ip=10.0.0.5/24,type=veth',
      'rootfs: local-lvm:vm-200-disk-0,size=8G',
      '',
    ].join('\n'),
    '/etc/pve/storage.cfg':
      'dir: local\n\tpath /var/lib/vz\n\tcontent iso,backup\n\tprune-backups keep-last=3\n\nlvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n\tcontent images,rootdir\n\tnodes pve1\n\nnfs: nas\n\texport /x\n\tpath /mnt/pve/nas\n\tserver 10.0.0.9\n\tcontent images\n\tdisable\n',
    '/etc/pve/user.cfg':
      'user:root@pam:1:0:::root@example.org:::\nuser:bob@pve:0:1893456000:B:Ob::hi%3A there::\ntoken:bob@pve!ci:0:1::\n\ngroup:ops:bob@pve:The ops:\n\npool:prod:For work:100,200:local-lvm:\n\nacl:1:/vms/100:bob@pve:PVEAdmin:\nacl:0:/:@ops:PVEAuditor:\n',
    '/etc/pve/ha/resources.cfg': 'vm: 100\n\tgroup grp\n\tmax_restart 3\n\tstate started\n',
    '/etc/pve/ha/groups.cfg': 'group: grp\n\tnodes pve1:2,pve2\n',
    '/etc/pve/ha/rules.cfg': 'node-affinity: r1\n\tdisable\n\tnodes pve1\n\tresources vm:100\n',
    '/etc/pve/ha/manager_status': '{"service_status":{"vm:100":{"state":"started","node":"pve1"}}}',
    '/etc/pve/jobs.cfg':
      'vzdump: nightly\n\tschedule 02:30\n\tenabled 0\n\tall 1\n\texclude 200\n\tstorage local\n\nrealm-sync: ad\n\trealm ad\n\tschedule daily\n\tscope both\n',
    '/etc/pve/replication.cfg': 'local: 100-0\n\ttarget pve2\n\tdisable\n\trate 10\n',
    '/etc/pve/firewall/cluster.fw':
      '[OPTIONS]\n\nenable: 1\n\n[IPSET mgmt]\n\n10.0.0.0/8\n\n[RULES]\n\n|IN SSH(ACCEPT) -source +mgmt # why\nGROUP web\n\n[group web]\n\nIN ACCEPT -p tcp -dport 80\n',
    '/etc/pve/firewall/100.fw': '[RULES]\nOUT DROP\n',
    '/etc/pve/sdn/zones.cfg': 'vlan: z1\n\tbridge vmbr0\n',
    '/etc/pve/sdn/vnets.cfg': 'vnet: v1\n\tzone z1\n\talias twenty\n\ttag 20\n',
    '/etc/pve/mapping/pci.cfg':
      'gpu\n\tdescription fast\n\tmap id=10de:1eb8,iommugroup=2,node=pve1,path=0000:01:00.0\n\tmap id=10de:1eb8,node=pve2,path=0000:02:00.0\n',
  }),
  nodes: {
    pve1: { ...stateOf('pve1', { vms: [100], containers: [] }), bridges: ['vmbr0', 'fwbr100i0'] },
    pve2: { unknown: 'pve2 did not answer' },
  },
  nodeFiles: {
    pve1: {
      '/etc/network/interfaces':
        'auto lo\niface lo inet loopback\n\niface nic0 inet manual\n\nauto vmbr0\niface vmbr0 inet static\n\taddress 10.0.0.1/24\n\tgateway 10.0.0.254\n\tbridge-ports nic0\n\tbridge-vlan-aware yes\n#to the world\n\niface vmbr9 inet manual\n\tbridge-ports none\n',
      '/var/log/pve/tasks/active': `${upid('000002E1', '6B049312', 'qmstart', '100')} 0\n${upid('00000208', '6B04930F', 'vzdump', '')} 1 6B049319 job errors\n`,
      '/var/log/pve/tasks/index': `${upid('00000001', '6B040000', 'qmcreate', '100')} 6B040001 OK\n${upid('00000208', '6B04930F', 'vzdump', '')} 6B049319 job errors\nnot a task\n`,
    },
  },
};

export const fleet: Survey = { clusters: [everything], unreachable: [] };
