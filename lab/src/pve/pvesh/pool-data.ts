import type { Machine } from '../../machine.ts';
import { readUserConfig } from '../access/user-cfg.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { decodeText } from '../formats/values.ts';
import type { Session } from '../session.ts';
import { allResources } from './cluster-data.ts';
import { plainText, type Json } from './format.ts';

/** GET /pools: all, or the one that is asked for with its members. Throws Failure. */
export function poolRows(session: Session, { poolid, type }: Parameters): Json {
  if (poolid !== undefined) return [poolOf(session, poolid, type)];
  return [...readUserConfig(session.machine).pools]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { comment }]) => ({ poolid: id, ...commentOf(comment) }));
}

/** GET /pools/{poolid}. Throws Failure. */
export function onePool(session: Session, { poolid = '', type }: Parameters): Json {
  return poolOf(session, poolid, type);
}

function commentOf(comment: string): { readonly comment?: string } {
  return comment === '' ? {} : { comment: decodeText(comment) };
}

function poolOf(session: Session, poolid: string, type: string | undefined): Json {
  const pool = readUserConfig(session.machine).pools.get(poolid) ?? die(`pool '${poolid}' does not exist`);
  const members = allResources(session).filter((row) => {
    if (type !== undefined && row['type'] !== type) return false;
    return row['type'] === 'storage'
      ? pool.storages.has(plainText(row['storage'])) && isHere(session.machine, plainText(row['node']))
      : pool.guests.has(plainText(row['vmid']));
  });
  return { members, ...commentOf(pool.comment), poolid };
}

function isHere({ name }: Machine, node: string): boolean {
  return node === name;
}
