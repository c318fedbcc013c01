/** What PVE knows of roles without any file (pve-access-control's AccessControl.pm create_roles). */

/** Every privilege. `VM.Monitor` is PVE 8's; PVE 9 passes it over. */
export const privileges: ReadonlySet<string> = new Set(
  `VM.Config.Disk VM.Config.CPU VM.Config.Memory VM.Config.Network VM.Config.HWType VM.Config.Options VM.Allocate
VM.Clone VM.GuestAgent.Unrestricted VM.Migrate VM.Replicate VM.Snapshot VM.Snapshot.Rollback VM.Config.CDROM
VM.Config.Cloudinit VM.Console VM.Backup VM.GuestAgent.FileRead VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite
VM.PowerMgmt VM.Audit VM.GuestAgent.Audit VM.Monitor Sys.PowerMgmt Sys.Modify Sys.Incoming Sys.AccessNetwork
Sys.Console Sys.Syslog Sys.Audit Datastore.Allocate Datastore.AllocateTemplate Datastore.AllocateSpace Datastore.Audit
SDN.Allocate SDN.Audit SDN.Use Realm.Allocate User.Modify Group.Allocate Realm.AllocateUser Pool.Allocate Pool.Audit
Mapping.Modify Mapping.Use Mapping.Audit Permissions.Modify`.split(/\s+/u),
);

/** The roles that are always there. */
export const builtInRoles: ReadonlySet<string> = new Set(
  `Administrator NoAccess PVEAdmin PVEAuditor PVEDatastoreAdmin PVEDatastoreUser PVEMappingAdmin PVEMappingAuditor
PVEMappingUser PVEPoolAdmin PVEPoolUser PVESDNAdmin PVESDNUser PVESysAdmin PVETemplateUser PVEUserAdmin PVEVMAdmin
PVEVMUser`.split(/\s+/u),
);
