import type { ActionContext } from '../../src/actions/action.ts';

/** A host that is no node of Proxmox VE: a task that asks it for its cluster is a bug. */
export const noCluster: Pick<ActionContext, 'node' | 'beside' | 'cluster' | 'bringAbout' | 'gather'> = {
  node: 'pve1',
  beside: [],
  cluster: () => Promise.reject(new Error('it is in no cluster')),
  gather: () => Promise.reject(new Error('it has no facts')),
  bringAbout: () => Promise.reject(new Error('it has no guests')),
};
