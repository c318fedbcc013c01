import type { Machine } from '../../machine.ts';
import { printSections, readSections, type ConfigSection } from '../cluster/section-file.ts';

/** The realms that users log in to. */
export const DOMAINS = '/etc/pve/domains.cfg';

/** Realms that are there, written down or not. */
const OWN = [
  ['pam', 'Linux PAM standard authentication'],
  ['pve', 'Proxmox VE authentication server'],
] as const;

/** What a realm of each type must be given. */
export const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  ad: ['domain', 'server1'],
  ldap: ['base_dn', 'server1', 'user_attr'],
  openid: ['client-id', 'issuer-url'],
};

/** Reads domains.cfg; realms of PVE's own that it leaves out come last. */
export function readRealms({ files }: Machine): Map<string, ConfigSection> {
  const realms = new Map(readSections(files.read(DOMAINS) ?? '').map((section) => [section.id, section]));
  for (const [id, comment] of OWN) {
    const options = realms.get(id)?.options ?? new Map<string, string>();
    if (!options.has('comment')) options.set('comment', comment);
    if (!realms.has(id)) realms.set(id, { type: id, id, options });
  }
  return realms;
}

/** Writes domains.cfg. */
export function writeRealms({ files }: Machine, realms: ReadonlyMap<string, ConfigSection>): void {
  files.write(
    DOMAINS,
    printSections([...realms.values()], (type) => REQUIRED[type] ?? []),
  );
}

/** The realm behind a user's last `@`. */
export function realmOf(userid: string): string {
  return userid.slice(userid.lastIndexOf('@') + 1);
}

/** The type of a user's realm, if there is such a realm. */
export function realmType(machine: Machine, userid: string): string | undefined {
  return readRealms(machine).get(realmOf(userid))?.type;
}
