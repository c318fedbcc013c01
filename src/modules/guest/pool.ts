import type { Act } from '../../plan/plan.ts';
import { poolsOf, USER_CFG, withPool } from '../../snapshot/pools.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { refusal } from './check-place.ts';
import type { SideSetting } from './side-setting.ts';
import { missingText } from './side-setting.ts';
import { sideEffect } from './side-effect.ts';

const SET_SECONDS = 60;

/** The pool of a guest: user.cfg, by `pveum pool modify`. These calls take no digest; PVE refuses what is not as it was. */
export const pool: SideSetting = {
  name: 'pool',
  help: 'Pool that it is in; null takes it out of its pool.',
  file: () => USER_CFG,
  missing: missingText,
  parse(value) {
    if (value === null || (typeof value === 'string' && value !== '')) return { value };
    return { problem: 'pool is no text; the name of a pool is wanted' };
  },
  read(guest, snapshot) {
    const known = poolsOf(snapshot);
    return isUnknown(known) ? known : known.ofGuest.get(guest.vmid);
  },
  refuse(wish, { wanted, snapshot }) {
    const known = poolsOf(snapshot);
    if (typeof wish !== 'string' || isUnknown(known) || known.pools.has(wish)) return [];
    const names = [...known.pools.keys()];
    return [
      refusal(
        wanted,
        ['pool'],
        'guest/no-pool',
        `there is no pool "${wish}"${didYouMean(wish, names)}`,
        `Make it with: pveum pool add ${wish}${names.length === 0 ? '' : `; there are ${names.join(', ')}`}`,
      ),
    ];
  },
  atBirth: (change) => (typeof change === 'string' ? { pool: change } : {}),
  step(wish, { target, before }) {
    const { vmid, node, cluster } = target;
    const from = typeof before === 'string' ? before : undefined;
    const to = typeof wish === 'string' ? wish : undefined;
    return {
      node,
      act: to === undefined ? outOf(from ?? '', vmid) : into(to, vmid, from !== undefined),
      guards: [{ require: 'quorum' }],
      locks: [`file${USER_CFG}@${cluster}`],
      effects: [sideEffect(target, 'pool', wish)],
      undo: from === undefined ? [outOf(to ?? '', vmid)] : [into(from, vmid, to !== undefined)],
      detached: false,
      timeoutSeconds: SET_SECONDS,
    };
  },
  write: (snapshot, vmid, change) => withPool(snapshot, vmid, typeof change === 'string' ? change : null),
};

function into(poolid: string, vmid: number, isInAnother: boolean): Act {
  const params = { poolid, vms: String(vmid), ...(isInAnother && { 'allow-move': '1' }) };
  return { run: 'call', call: { method: 'PUT', path: '/pools', params } };
}

function outOf(poolid: string, vmid: number): Act {
  const params = { poolid, vms: String(vmid), delete: '1' };
  return { run: 'call', call: { method: 'PUT', path: '/pools', params } };
}
