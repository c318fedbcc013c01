import { cryptSha256 } from '../qm/crypt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Parameters } from '../cli/getopt.ts';
import { readRealms, realmOf } from './realms-file.ts';
import { readUserConfig, userOf } from './user-cfg.ts';

/** The passwords of the realm pve, hashed, a line each: `NAME:HASH:`. */
const SHADOW = '/etc/pve/priv/shadow.cfg';

function readShadow({ machine }: Session): Map<string, string> {
  return new Map(
    (machine.files.read(SHADOW) ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(':'))
      .map(([name = '', hash = '']): [string, string] => [name, hash]),
  );
}

function writeShadow({ machine }: Session, shadow: ReadonlyMap<string, string>): void {
  machine.files.write(SHADOW, [...shadow].map(([name, hash]) => `${name}:${hash}:\n`).join(''));
}

/** The name before a user's last `@`. */
const nameOf = (userid: string): string => userid.slice(0, userid.lastIndexOf('@'));

/** Keeps a password where the user's realm keeps them (PVE::AccessControl::domain_set_password). Throws Failure. */
export function storePassword(session: Session, userid: string, password: string): void {
  const realm = realmOf(userid);
  const { type } = readRealms(session.machine).get(realm) ?? die(`auth domain '${realm}' does not exist`);
  if (type === 'pam') die("pvefleet-lab: passwords of the node's own users are not modelled");
  if (type !== 'pve') die(`can't set password on auth type '${type}'`);
  const salt = session.machine.random.hex(8);
  writeShadow(session, readShadow(session).set(nameOf(userid), `$5$${salt}$${cryptSha256(password, salt)}`));
}

/** Forgets the password of a user of the realm pve. */
export function dropPassword(session: Session, userid: string): void {
  if (readRealms(session.machine).get(realmOf(userid))?.type !== 'pve') return;
  const shadow = readShadow(session);
  shadow.delete(nameOf(userid));
  writeShadow(session, shadow);
}

/** PUT /access/password. Throws Failure. */
export function changePassword(session: Session, { userid = '', password = '' }: Parameters): void {
  userOf(readUserConfig(session.machine), userid);
  storePassword(session, userid, password);
}

/** `pveum ticket` with a password that is wrong; what a ticket is made of is not modelled. Throws Failure. */
export function refuseTicket(session: Session, { username = '' }: Parameters): void {
  const [password = ''] = session.input.stdin.split('\n');
  const [, , salt = '', hash] = (readShadow(session).get(nameOf(username)) ?? '').split('$');
  const isRight = realmOf(username) === 'pve' && hash !== undefined && cryptSha256(password, salt) === hash;
  die(
    isRight || realmOf(username) === 'pam'
      ? 'pvefleet-lab: tickets are not modelled'
      : '401 authentication failure',
  );
}
