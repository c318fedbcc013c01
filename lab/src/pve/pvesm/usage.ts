/** Every command of `pvesm` with its arguments, in the groups in which `pvesm` without a command prints them. Source: recordings. */
export const PVESM_USAGE: readonly (readonly string[])[] = [
  [
    'pvesm scan cifs <server> [OPTIONS]',
    'pvesm scan iscsi <portal>',
    'pvesm scan lvm ',
    'pvesm scan lvmthin <vg>',
    'pvesm scan nfs <server>',
    'pvesm scan pbs <server> <username> --password <string> [OPTIONS] [FORMAT_OPTIONS]',
    'pvesm scan zfs ',
  ],
  ['pvesm add <type> <storage> [OPTIONS]', 'pvesm remove <storage>', 'pvesm set <storage> [OPTIONS]'],
  [
    'pvesm alloc <storage> <vmid> <filename> <size> [OPTIONS]',
    'pvesm free <volume> [OPTIONS]',
    'pvesm list <storage> [OPTIONS]',
  ],
  ['pvesm status  [OPTIONS]'],
  [
    'pvesm apiinfo ',
    'pvesm export <volume> <format> <filename> [OPTIONS]',
    'pvesm extractconfig <volume>',
    'pvesm import <volume> <format> <filename> [OPTIONS]',
    'pvesm path <volume>',
    'pvesm prune-backups <storage> [OPTIONS]',
  ],
  ['pvesm help [<extra-args>] [OPTIONS]'],
];
