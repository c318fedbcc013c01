import { isIP } from 'node:net';
import { die } from '../failure.ts';
import { matching, type Verifier } from './verifier.ts';

const HOST = /^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/;

function isHost(value: string): boolean {
  return isIP(value) !== 0 || HOST.test(value);
}

/** Formats of storages' options. Source: PVE/Storage/Plugin.pm, PVE/Storage/DirPlugin.pm, PVE/Storage/LVMPlugin.pm, PVE/Mapping/Dir.pm. */
export const STORAGE_VERIFIERS: Readonly<Record<string, Verifier>> = {
  'pve-storage-path': matching(/^\/.*[^/]$|^\/$/, () => 'value does not look like a valid absolute path'),
  'pve-storage-path-in-property-string': matching(
    /^\/[^;,=()]+/,
    () =>
      'Value does not look like a valid absolute path. These symbols are currently not allowed in path: ;,=()',
  ),
  'pve-storage-server': (value) => {
    if (!isHost(value)) die('value does not look like a valid server name or IP address');
  },
  'pve-storage-portal-dns': (value) => {
    if (!isHost(value.replace(/:\d+$/, ''))) die('value does not look like a valid portal address');
  },
  'pve-storage-options': matching(/^[A-Za-z0-9_=.,:/-]*$/, () => 'invalid characters in mount options'),
  'pve-storage-vgname': matching(
    /^[a-zA-Z0-9][a-zA-Z0-9+_.-]*$/,
    (value) => `lvm name '${value}' contains illegal characters`,
  ),
  'pve-dir-override': matching(/^[a-z]+=[^,]+$/, (value) => `invalid override '${value}'`),
};
