interface Index {
  /** What a row calls the name below the path. */
  readonly key: string;
  readonly names: string;
}

const GUEST_FIREWALL: Index = { key: 'name', names: 'rules aliases ipset refs options' };

/** Lists of what stands below a path, which PVE writes by hand, so that they are not all that there is. */
const BY_HAND: Readonly<Record<string, Index>> = {
  '/access': {
    key: 'subdir',
    names: 'users groups roles acl domains openid tfa ticket password',
  },
  '/cluster': {
    key: 'name',
    names: `acme backup backup-info bulk-action ceph config firewall ha jobs log mapping metrics notifications nextid options
      replication resources status tasks sdn`,
  },
  '/cluster/config': { key: 'name', names: 'nodes totem join qdevice apiversion' },
  '/cluster/ha': { key: 'id', names: 'status resources groups rules' },
  '/cluster/ha/status': { key: 'name', names: 'current manager_status disarm-ha arm-ha' },
  '/cluster/jobs': { key: 'subdir', names: 'schedule-analyze realm-sync' },
  '/cluster/mapping': { key: 'name', names: 'dir pci usb' },
  '/cluster/metrics': { key: 'name', names: 'server' },
  '/cluster/notifications': {
    key: 'name',
    names: 'endpoints matchers targets matcher-fields matcher-field-values',
  },
  '/cluster/sdn': { key: 'id', names: 'vnets zones controllers ipams dns fabrics' },
  '/cluster/sdn/vnets/{vnet}/firewall': { key: 'name', names: 'rules options' },
  '/nodes/{node}': {
    key: 'name',
    names: `aplinfo apt capabilities ceph certificates config disks dns firewall hardware hosts journal lxc migrateall netstat network qemu
      query-oci-repo-tags query-url-metadata replication report rrd rrddata scan sdn services spiceshell startall status stopall storage
      subscription suspendall syslog tasks termproxy time version vncshell vzdump wakeonlan`,
  },
  '/nodes/{node}/apt': { key: 'id', names: 'changelog repositories update versions' },
  '/nodes/{node}/capabilities': { key: 'name', names: 'qemu' },
  '/nodes/{node}/certificates': { key: 'name', names: 'acme custom info' },
  '/nodes/{node}/disks': { key: 'name', names: 'list initgpt smart lvm lvmthin directory wipedisk zfs' },
  '/nodes/{node}/firewall': { key: 'name', names: 'rules options log' },
  '/nodes/{node}/hardware': { key: 'type', names: 'pci usb' },
  '/nodes/{node}/lxc/{vmid}': {
    key: 'subdir',
    names: `config pending status vncproxy termproxy vncwebsocket spiceproxy migrate clone rrd rrddata firewall snapshot resize
      interfaces`,
  },
  '/nodes/{node}/lxc/{vmid}/status': { key: 'subdir', names: 'current start stop shutdown migrate' },
  '/nodes/{node}/lxc/{vmid}/firewall': GUEST_FIREWALL,
  '/nodes/{node}/qemu/{vmid}': {
    key: 'subdir',
    names: `config cloudinit pending status unlink vncproxy termproxy migrate resize move rrd rrddata monitor agent snapshot spiceproxy
      sendkey firewall mtunnel remote_migrate`,
  },
  '/nodes/{node}/qemu/{vmid}/status': {
    key: 'subdir',
    names: 'current start stop reset shutdown suspend reboot',
  },
  '/nodes/{node}/qemu/{vmid}/firewall': GUEST_FIREWALL,
  '/nodes/{node}/scan': { key: 'method', names: 'cifs iscsi lvm nfs pbs zfs' },
  '/nodes/{node}/storage/{storage}': {
    key: 'subdir',
    names: `content download-url file-restore import-metadata oci-registry-pull prunebackups rrd rrddata status upload`,
  },
  '/nodes/{node}/tasks/{upid}': { key: 'name', names: 'log status' },
};

/** Every such list, by the path that has it: its names, and what a row calls them. */
export const INDEXES: ReadonlyMap<string, { readonly key: string; readonly names: readonly string[] }> =
  new Map(
    Object.entries(BY_HAND).map(([path, { key, names }]) => [path, { key, names: names.split(/\s+/) }]),
  );
