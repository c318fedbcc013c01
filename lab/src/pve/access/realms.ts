import type { Parameters } from '../cli/getopt.ts';
import { parseProperties } from '../cli/verify.ts';
import { withFileLock } from '../cluster/file-lock.ts';
import type { ConfigSection } from '../cluster/section-file.ts';
import { die, failureText, refuseParameters } from '../failure.ts';
import { decodeText, encodeText, splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { DOMAINS, readRealms, REQUIRED, writeRealms } from './realms-file.ts';

/** Options of servers that speak LDAP, beside those that are needed. */
const LDAP = `server2 port secure sslversion default comment tfa verify capath cert certkey bind_dn password filter sync_attributes
  user_classes group_dn group_name_attr group_filter group_classes sync-defaults-options mode case-sensitive`;
const OPTIONS: Readonly<Record<string, string>> = {
  ad: `${LDAP} base_dn user_attr`,
  ldap: LDAP,
  openid: `client-key autocreate username-claim groups-claim groups-autocreate groups-overwrite prompt scopes acr-values audiences default
    comment query-userinfo`,
  pam: 'default comment tfa',
  pve: 'default comment tfa',
};

async function change(
  session: Session,
  what: string,
  act: (realms: Map<string, ConfigSection>) => void,
): Promise<void> {
  try {
    await withFileLock(session, 'domains_cfg', () => {
      const realms = readRealms(session.machine);
      act(realms);
      writeRealms(session.machine, realms);
    });
  } catch (thrown) {
    die(`${what} auth server failed: ${failureText(thrown)}`);
  }
}

/** Puts options into a realm, those that its type knows. Throws Failure. */
function setOptions({ type, options }: ConfigSection, given: Parameters): void {
  const known = new Set([...(OPTIONS[type] ?? '').split(/\s+/), ...(REQUIRED[type] ?? [])]);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!known.has(name)) die(`unexpected property '${name}'`);
    options.set(name, name === 'comment' ? encodeText(value) : value);
  }
}

/** Users log in to one realm unless they choose another. */
function keepOneDefault(realms: ReadonlyMap<string, ConfigSection>, id: string, given: Parameters): void {
  if (given['default'] !== '1') return;
  for (const [other, { options }] of realms) if (other !== id) options.delete('default');
}

const isLdap = (type: string): boolean => type === 'ldap' || type === 'ad';

function refuseConnection(type: string, given: string | undefined): void {
  if (given === undefined) return;
  if (!isLdap(type)) die("'check-connection' parameter can only be set for realms of type 'ldap' or 'ad'");
  if (given === '1') die('pvefleet-lab: connections to LDAP servers are not modelled');
}

function keepSecret({ machine }: Session, realm: string, password: string | undefined): void {
  const path = `/etc/pve/priv/realm/${realm}.pw`;
  if (password === undefined) machine.files.remove(path);
  else machine.files.write(path, password);
}

/** POST /access/domains. Throws Failure. */
export function addRealm(
  session: Session,
  { realm = '', type = '', password, 'check-connection': check, ...given }: Parameters,
): Promise<void> {
  return change(session, 'add', (realms) => {
    if (realms.has(realm)) die(`domain '${realm}' already exists`);
    if (type === 'pam' || type === 'pve') die(`unable to create builtin type '${type}'`);
    refuseConnection(type, check);
    const section: ConfigSection = { type, id: realm, options: new Map() };
    setOptions(section, given);
    const missing = REQUIRED[type]?.find((name) => !section.options.has(name));
    if (missing !== undefined) die(`missing value for required option '${missing}'`);
    keepOneDefault(realms, realm, given);
    const own = ['pam', 'pve'].flatMap((id) => withoutPlace(session, realms, id));
    for (const { id } of own) realms.delete(id);
    for (const each of [section, ...own]) realms.set(each.id, each);
    if (isLdap(type)) keepSecret(session, realm, password);
  });
}

/** A realm of PVE's own that the file leaves out stands behind what is new. */
function withoutPlace(
  { machine }: Session,
  realms: ReadonlyMap<string, ConfigSection>,
  id: string,
): readonly ConfigSection[] {
  const isWritten = new RegExp(`^${id}:\\s*${id}\\s*$`, 'm').test(machine.files.read(DOMAINS) ?? '');
  const section = realms.get(id);
  return isWritten || section === undefined ? [] : [section];
}

/** PUT /access/domains/{realm}. Throws Failure. */
export function changeRealm(
  session: Session,
  { realm = '', delete: deleted = '', digest, password, 'check-connection': check, ...given }: Parameters,
): Promise<void> {
  return change(session, 'update', (realms) => {
    if (digest !== undefined && digest !== digestOf(session.machine.files.read(DOMAINS) ?? ''))
      die('detected modified configuration - file changed by other user? Try again.');
    const section = realms.get(realm) ?? dieOfUnknown(session);
    refuseConnection(section.type, check);
    if (deleted === '' && Object.keys(given).length === 0 && password === undefined)
      die('no options specified');
    for (const name of splitList(deleted)) section.options.delete(name);
    if (given['username-claim'] !== undefined && section.type === 'openid')
      die("can't change value of fixed parameter 'username-claim'");
    setOptions(section, given);
    keepOneDefault(realms, realm, given);
    if (isLdap(section.type) && (password !== undefined || splitList(deleted).includes('password')))
      keepSecret(session, realm, password);
  });
}

/** PVE looks at the type of a realm before it asks whether there is one. */
function dieOfUnknown(session: Session): never {
  const place = 'at /usr/share/perl5/PVE/API2/Domains.pm line';
  const warning = `Use of uninitialized value $type in string eq ${place} 257, <DATA> line 960.\n`;
  session.warn(warning + warning);
  die(`cannot lookup undefined type! ${place} 261.`);
}

/** DELETE /access/domains/{realm}: PVE's own come back by themselves. Throws Failure. */
export function removeRealm(session: Session, { realm = '' }: Parameters): Promise<void> {
  return change(session, 'delete', (realms) => {
    const { type } = realms.get(realm) ?? die(`authentication domain '${realm}' does not exist`);
    if (isLdap(type)) keepSecret(session, realm, undefined);
    realms.delete(realm);
  });
}

/** GET /access/domains. */
export function realmRows({ machine }: Session): Json {
  return [...readRealms(machine).values()].map(({ id, type, options }) => {
    const tfa = options.get('tfa');
    return {
      realm: id,
      type,
      ...(options.has('comment') ? { comment: decodeText(options.get('comment') ?? '') } : {}),
      ...(options.get('default') === '1' ? { default: 1 } : {}),
      ...(tfa === undefined ? {} : { tfa: parseProperties('pve-tfa-config', tfa)['type'] ?? '' }),
    };
  });
}

/** GET /access/domains/{realm}. Throws Failure. */
export function oneRealm({ machine }: Session, { realm = '' }: Parameters): Json {
  const { type, options } = readRealms(machine).get(realm) ?? die(`domain '${realm}' does not exist`);
  const schema = parametersOf('POST /access/domains');
  const values = [...options].map(([name, value]): [string, Json] => {
    if (name === 'comment') return [name, decodeText(value)];
    return [name, ['boolean', 'integer'].includes(schema[name]?.type ?? '') ? Number(value) : value];
  });
  return {
    ...Object.fromEntries(values),
    type,
    ...(type === 'pam' ? { plugin: 'PVE::Auth::PAM' } : {}),
    digest: digestOf(machine.files.read(DOMAINS) ?? ''),
  };
}

/** POST /access/domains/{realm}/sync, as far as it is refused; what a server would answer is not modelled. Throws Failure. */
export function syncRealm({ machine }: Session, { realm = '', scope }: Parameters): never {
  const { type, options } =
    readRealms(machine).get(realm) ?? refuseParameters({ realm: 'Realm does not exist.' });
  if (!isLdap(type)) die(`Cannot sync realm type '${type}'! Only LDAP/AD realms can be synced.`);
  const defaults = options.get('sync-defaults-options');
  const own = defaults === undefined ? undefined : parseProperties('realm-sync-options', defaults)['scope'];
  if (scope === undefined && own === undefined)
    refuseParameters({ scope: 'Not passed as parameter and not defined in realm default sync options.' });
  die('pvefleet-lab: connections to LDAP servers are not modelled');
}
