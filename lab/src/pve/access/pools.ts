import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { readStorages } from '../storage/config.ts';
import { changeUserConfig } from './user-cfg.ts';
import type { UserConfig } from './user-cfg.ts';

/** `pveum pool add` (PVE::API2::Pool create_pool). */
export function addPool(session: Session, { poolid = '', comment = '' }: Parameters): Promise<void> {
  return changeUserConfig(session, 'create pool failed', ({ pools }) => {
    if (pools.has(poolid)) die(`pool '${poolid}' already exists`);
    const parent = poolid.split('/').slice(0, -1).join('/');
    if (parent !== '' && !pools.has(parent)) die(`parent '${parent}' of pool '${poolid}' does not exist`);
    if (!/^[A-Za-z]/.test(poolid.slice(parent === '' ? 0 : parent.length + 1)))
      die('pool name must start with a letter');
    pools.set(poolid, { comment: encodeText(comment), guests: new Set(), storages: new Set() });
  });
}

/** `pveum pool modify` (update_pool): with --delete members are taken out, else put in. */
export function changePool(session: Session, given: Parameters): Promise<void> {
  return changeUserConfig(session, 'update pools failed', (config) => {
    const { poolid = '', comment, vms = '', storage = '' } = given;
    const pool = config.pools.get(poolid) ?? die(`pool '${poolid}' does not exist`);
    if (comment !== undefined) config.pools.set(poolid, { ...pool, comment: encodeText(comment) });
    const leave = given['delete'] === '1';
    for (const vmid of split(vms)) {
      if (leave) {
        if (!pool.guests.delete(vmid)) die(`VM ${vmid} is not a pool member`);
        continue;
      }
      if (pool.guests.has(vmid)) die(`VM ${vmid} is already a pool member`);
      leaveOther(config, vmid, given['allow-move'] === '1');
      pool.guests.add(vmid);
    }
    for (const id of split(storage)) {
      if (leave ? !pool.storages.delete(id) : pool.storages.has(id))
        die(`Storage '${id}' is ${leave ? 'not' : 'already'} a pool member`);
      if (!leave) pool.storages.add(id);
    }
  });
}

function leaveOther({ pools }: UserConfig, vmid: string, allowed: boolean): void {
  for (const [id, { guests }] of pools) {
    if (!guests.has(vmid)) continue;
    if (!allowed) die(`VM ${vmid} belongs already to pool '${id}' and 'allow-move' is not set`);
    guests.delete(vmid);
  }
}

/** `pveum pool delete` (delete_pool): guests and storages that are gone don't hold it. */
export function removePool(session: Session, { poolid = '' }: Parameters): Promise<void> {
  return changeUserConfig(session, 'delete pool failed', ({ pools }) => {
    const pool = pools.get(poolid) ?? die(`pool '${poolid}' does not exist`);
    const refuse = (what: string | undefined): void => {
      if (what !== undefined) die(`pool '${poolid}' is not empty (contains ${what})`);
    };
    const within = [...pools.keys()].toSorted().find((id) => id.startsWith(`${poolid}/`));
    refuse(within && `pool '${within}'`);
    const guest = [...pool.guests].toSorted().find((vmid) => isGuest(session, vmid));
    refuse(guest && `VM ${guest}`);
    const defined = new Set(readStorages(session.machine).map(({ id }) => id));
    const storage = [...pool.storages].toSorted().find((id) => defined.has(id));
    refuse(storage && `storage '${storage}'`);
    pools.delete(poolid);
  });
}

function isGuest({ machine }: Session, vmid: string): boolean {
  return [...machine.cluster.machines.keys()].some((node) =>
    ['qemu-server', 'lxc'].some(
      (folder) => machine.files.read(`/etc/pve/nodes/${node}/${folder}/${vmid}.conf`) !== undefined,
    ),
  );
}

const split = (text: string): readonly string[] => text.split(/[,; ]+/).filter((each) => each !== '');

/** PVE::Tools::encode_text: what is not plain, and ":" and "%", as %XX of its UTF-8. */
function encodeText(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]|[%:]/gu, (letter) =>
    [...Buffer.from(letter)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
