/** Privileges by what they are for (PVE::AccessControl); `root` ones come with no role but Administrator. */
const GROUPS: Readonly<Record<string, Readonly<Record<'root' | 'admin' | 'user' | 'audit', string>>>> = {
  VM: {
    root: '',
    admin: `VM.Config.Disk VM.Config.CPU VM.Config.Memory VM.Config.Network VM.Config.HWType VM.Config.Options VM.Allocate VM.Clone
      VM.GuestAgent.Unrestricted VM.Migrate VM.Replicate VM.Snapshot VM.Snapshot.Rollback`,
    user: `VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.Backup VM.GuestAgent.FileRead VM.GuestAgent.FileSystemMgmt
      VM.GuestAgent.FileWrite VM.PowerMgmt`,
    audit: 'VM.Audit VM.GuestAgent.Audit',
  },
  Sys: {
    root: 'Sys.PowerMgmt Sys.Modify Sys.Incoming Sys.AccessNetwork',
    admin: 'Sys.Console Sys.Syslog',
    user: '',
    audit: 'Sys.Audit',
  },
  Datastore: {
    root: '',
    admin: 'Datastore.Allocate Datastore.AllocateTemplate',
    user: 'Datastore.AllocateSpace',
    audit: 'Datastore.Audit',
  },
  SDN: { root: '', admin: 'SDN.Allocate SDN.Audit', user: 'SDN.Use', audit: 'SDN.Audit' },
  User: {
    root: 'Realm.Allocate',
    admin: 'User.Modify Group.Allocate Realm.AllocateUser',
    user: '',
    audit: '',
  },
  Pool: { root: '', admin: 'Pool.Allocate', user: 'Pool.Audit', audit: 'Pool.Audit' },
  Mapping: { root: '', admin: 'Mapping.Modify', user: 'Mapping.Use', audit: 'Mapping.Audit' },
};

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

function specialRoles(): ReadonlyMap<string, ReadonlySet<string>> {
  const roles = new Map<string, Set<string>>([
    ['NoAccess', new Set()],
    ['Administrator', new Set(['Permissions.Modify'])],
    ['PVETemplateUser', new Set(['VM.Clone', 'VM.Audit'])],
  ]);
  const add = (role: string, privileges: readonly string[]): void => {
    const known = roles.get(role) ?? new Set<string>();
    for (const privilege of privileges) known.add(privilege);
    roles.set(role, known);
  };
  for (const [name, { root, admin, user, audit }] of Object.entries(GROUPS)) {
    const most = words(`${admin} ${user} ${audit}`);
    add('Administrator', words(`${root} ${admin} ${user} ${audit}`));
    add(`PVE${name}Admin`, most);
    add('PVEAdmin', most);
    if (user !== '') add(`PVE${name}User`, words(`${user} ${audit}`));
    add('PVEAuditor', words(audit));
  }
  roles.get('PVEAdmin')?.delete('Mapping.Modify');
  return roles;
}

/** The roles that PVE makes itself, with their privileges. */
export const SPECIAL_ROLES = specialRoles();

/** Whether there is such a privilege. */
export function isPrivilege(name: string): boolean {
  return SPECIAL_ROLES.get('Administrator')?.has(name) === true;
}
