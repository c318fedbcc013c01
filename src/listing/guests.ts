import { address, formatAddress } from '../address.ts';
import { options } from '../pve/guest-config.ts';
import type { GuestEntry } from '../snapshot/guests.ts';
import { guests, haResources, power } from '../snapshot/guests.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Cell, Listing, Row } from './listing.ts';
import { columns, ofEachCluster } from './listing.ts';
import { asBytes } from './units.ts';

/** A row for each guest of all clusters. Memory is in MiB. */
const guestRows = ofEachCluster((snapshot) => {
  const all = guests(snapshot);
  return isUnknown(all) ? [] : all.map((guest) => guestRow(snapshot, guest));
});

function guestRow(snapshot: Snapshot, guest: GuestEntry): Row {
  const { vmid, type, node, config } = guest;
  const set = isUnknown(config) ? undefined : options(config);
  const option = (name: string, absent: string | null): string | null =>
    set === undefined ? 'unknown' : (set[name] ?? absent);
  const ha = haResources(snapshot);
  const isVm = type === 'vm';
  const status = power(snapshot, vmid);
  return {
    id: formatAddress(address(type, vmid, snapshot.cluster)),
    cells: {
      vmid,
      name: option(isVm ? 'name' : 'hostname', null),
      type,
      status: isUnknown(status) ? 'unknown' : status,
      node,
      cluster: snapshot.cluster,
      cores: isVm
        ? numeric(option('cores', '1'), numeric(option('sockets', '1'), 1))
        : numeric(option('cores', null), 1),
      memory: numeric(option('memory', '512')?.replace(/^current=/u, '') ?? null, 1),
      tags: option('tags', null),
      ha: isUnknown(ha) ? 'unknown' : ha.has(`${isVm ? 'vm' : 'ct'}:${vmid}`) ? 'managed' : null,
      lock: option('lock', null),
    },
  };
}

function numeric(text: string | null, times: Cell): string | number | null {
  if (text === null || text === 'unknown') return text;
  return /^\d+$/u.test(text) && typeof times === 'number' ? Number(text) * times : text;
}

export const guestList: Listing = {
  columns: columns('vmid name type status node cluster', 'cores memory tags ha lock', {
    memory: asBytes('memory', 2 ** 20),
  }),
  rows: guestRows,
};
