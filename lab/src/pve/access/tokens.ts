import type { Parameters } from '../cli/getopt.ts';
import { withFileLock } from '../cluster/file-lock.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { changeUserConfig, readUserConfig, userOf, type Fields, type UserConfig } from './user-cfg.ts';

/** The secrets of API tokens, a line each: `USER!TOKEN SECRET`. */
const TOKENS = '/etc/pve/priv/token.cfg';

function tokenOf(config: UserConfig, userid: string, tokenid: string): Fields {
  return userOf(config, userid).tokens.get(tokenid) ?? die(`no such token '${tokenid}' for user '${userid}'`);
}

/** Changes the secret of a token, or with none takes it away; the others stay, by name. */
async function setSecret(session: Session, full: string, secret: string | undefined): Promise<void> {
  const { files } = session.machine;
  await withFileLock(session, 'priv_token_cfg', () => {
    const others = (files.read(TOKENS) ?? '')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(`${full} `));
    const lines = secret === undefined ? others : [...others, `${full} ${secret}`];
    files.write(
      TOKENS,
      lines
        .toSorted()
        .map((line) => `${line}\n`)
        .join(''),
    );
  });
}

/** GET /access/users/{userid}/token. Throws Failure. */
export function tokenRows({ machine }: Session, { userid = '' }: Parameters): Json {
  return [...userOf(readUserConfig(machine), userid).tokens].map(([tokenid, fields]) => ({
    ...fields,
    tokenid,
  }));
}

/** GET /access/users/{userid}/token/{tokenid}. Throws Failure. */
export function oneToken({ machine }: Session, { userid = '', tokenid = '' }: Parameters): Json {
  return tokenOf(readUserConfig(machine), userid, tokenid);
}

/** POST /access/users/{userid}/token/{tokenid}: the secret is shown this once. Throws Failure. */
export async function addToken(
  session: Session,
  { userid = '', tokenid = '', privsep, expire, comment = '' }: Parameters,
): Promise<Json> {
  const { tokens } = userOf(readUserConfig(session.machine), userid);
  if (tokens.has(tokenid)) refuseParameters({ tokenid: 'Token already exists.' });
  const info = {
    privsep: privsep ?? 1,
    ...(expire === undefined ? {} : { expire }),
    ...(comment === '' ? {} : { comment }),
  };
  const full = `${userid}!${tokenid}`;
  const value = session.machine.random.uuid();
  await changeUserConfig(session, 'generating token failed', (config) => {
    userOf(config, userid).tokens.set(tokenid, info);
  });
  await setSecret(session, full, value);
  return { 'full-tokenid': full, info, value };
}

/** PUT /access/users/{userid}/token/{tokenid}. Throws Failure. */
export async function changeToken(
  session: Session,
  { userid = '', tokenid = '', regenerate, delete: deleted = '', ...given }: Parameters,
): Promise<Json> {
  tokenOf(readUserConfig(session.machine), userid, tokenid);
  let token: Fields = {};
  await changeUserConfig(session, 'updating token info failed', (config) => {
    token = tokenOf(config, userid, tokenid);
    for (const [name, value] of Object.entries(given)) if (value !== undefined) token[name] = value;
    if (token['comment'] === '') delete token['comment'];
    for (const name of splitList(deleted)) {
      if (name !== 'comment') refuseParameters({ delete: `unknown option '${name}'` });
      delete token[name];
    }
  });
  if (regenerate !== '1') return token;
  const full = `${userid}!${tokenid}`;
  const value = session.machine.random.uuid();
  await setSecret(session, full, value);
  return { ...token, value, 'full-tokenid': full };
}

/** DELETE /access/users/{userid}/token/{tokenid}: its rights are left. Throws Failure. */
export async function removeToken(
  session: Session,
  { userid = '', tokenid = '' }: Parameters,
): Promise<void> {
  tokenOf(readUserConfig(session.machine), userid, tokenid);
  await setSecret(session, `${userid}!${tokenid}`, undefined);
  await changeUserConfig(session, 'deleting token failed', (config) => {
    userOf(config, userid).tokens.delete(tokenid);
  });
}
