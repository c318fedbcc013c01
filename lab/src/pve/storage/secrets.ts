import { die } from '../failure.ts';
import type { Session } from '../session.ts';

/** The secrets given with a definition; undefined for one that is to go. */
export type Secrets = Readonly<Record<string, string | undefined>>;

const CEPH_ADMIN = '/etc/pve/priv/ceph.client.admin.keyring';

/** Where a type keeps a secret, and as what text. Source: the plugins in PVE/Storage, PVE/CephConfig.pm. */
const PLACES: Readonly<
  Record<string, { readonly path: (id: string) => string; readonly text: (secret: string) => string }>
> = {
  cifs: { path: (id) => `/etc/pve/priv/storage/${id}.pw`, text: (secret) => `password=${secret}\n` },
  pbs: { path: (id) => `/etc/pve/priv/storage/${id}.pw`, text: (secret) => `${secret}\n` },
  esxi: { path: (id) => `/etc/pve/priv/storage/${id}.pw`, text: (secret) => secret },
  rbd: { path: (id) => `/etc/pve/priv/ceph/${id}.keyring`, text: (secret) => `${secret.trimEnd()}\n` },
  cephfs: { path: (id) => `/etc/pve/priv/ceph/${id}.secret`, text: (secret) => `${secret.trimEnd()}\n` },
};

/** Keeps the secrets of a new storage, or takes away those that an earlier one of its name left. Throws Failure. */
export function addSecrets(
  session: Session,
  type: string,
  id: string,
  secrets: Secrets,
  options: Readonly<Record<string, string>>,
): void {
  const place = PLACES[type];
  if (place === undefined) return;
  if (type === 'esxi' && secrets['password'] === undefined) die('missing password');
  const isCeph = type === 'rbd' || type === 'cephfs';
  if (isCeph && secrets['keyring'] === undefined) {
    if (session.machine.files.exists(place.path(id)))
      die(`ceph authx keyring file for storage '${id}' already exists!`);
    if (session.machine.files.exists(CEPH_ADMIN)) die('pvefleet-lab: a cluster with Ceph is not modelled');
    session.warn(`${CEPH_ADMIN} not found, authentication is disabled.\n`);
    return;
  }
  dropSecrets(session, type, id);
  changeSecrets(session, type, id, secrets, options);
}

/** Keeps or removes the secrets that are named; others stay. Throws Failure. */
export function changeSecrets(
  { machine, warn }: Session,
  type: string,
  id: string,
  secrets: Secrets,
  options: Readonly<Record<string, string>>,
): void {
  const place = PLACES[type];
  for (const [name, secret] of Object.entries(secrets)) {
    if (name !== 'password' && name !== 'keyring')
      die(`pvefleet-lab: '${name}' of a storage is not modelled`);
    if (place === undefined) continue;
    if (secret === undefined) machine.files.remove(place.path(id));
    else machine.files.write(place.path(id), place.text(secret), 0o600);
    if (type === 'cifs' && secret !== undefined && options['username'] === undefined)
      warn(`storage ${id}: ignoring password parameter, no user set\n`);
  }
}

/** Removes what a storage kept when its definition goes. */
export function dropSecrets({ machine }: Session, type: string, id: string): void {
  const place = PLACES[type];
  if (place !== undefined) machine.files.remove(place.path(id));
}
