import type { Parameters } from '../cli/getopt.ts';
import { refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Session } from '../session.ts';
import { readStorages, type StorageSection } from '../storage/config.ts';
import { isEnabled, usagesOf, type Usage } from '../storage/usage.ts';

/** A storage as a node sees it. */
export interface StorageStatus extends Usage {
  readonly storage: StorageSection;
}

/** The storages that were asked for, by name; those of other nodes are there and not enabled (PVE::API2::Storage::Status). Throws Failure. */
export function storageStatus(
  session: Session,
  { storage, content, enabled, target }: Parameters,
): readonly StorageStatus[] {
  const all = readStorages(session.machine)
    .filter(
      (one) =>
        content === undefined ||
        (isEnabled(session, one) && splitList(content).some((type) => one.content.has(type))),
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (storage !== undefined && !all.some((one) => one.id === storage))
    refuseParameters({ storage: 'No such storage.' });
  const usages = usagesOf(session, all);
  return all
    .map((one, index): StorageStatus => ({ storage: one, ...(usages[index] ?? NEVER) }))
    .filter((one) => storage === undefined || one.storage.id === storage)
    .filter((one) => enabled !== '1' || !one.storage.disabled)
    .filter(
      (one) =>
        target === undefined || target === session.machine.name || isOnBoth(session, one.storage, target),
    );
}

const NEVER: Usage = { enabled: false, active: false, total: 0, used: 0, available: 0 };

function isOnBoth({ machine }: Session, { shared, nodes }: StorageSection, target: string): boolean {
  return shared && (nodes === undefined || (nodes.has(machine.name) && nodes.has(target)));
}

/** `pvesm status`. Throws Failure. */
export function showStatus(session: Session, parameters: Parameters): void {
  const rows = storageStatus(session, parameters);
  const width = Math.max(0, ...rows.map(({ storage }) => storage.id.length)) + 1;
  const line = (...cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(width) : cell.padStart(WIDTHS[index] ?? 0)))
      .join(' ');
  session.print(`${line('Name', 'Type', 'Status', 'Total (KiB)', 'Used (KiB)', 'Available (KiB)', '%')}\n`);
  for (const { storage, enabled, active, total, used, available } of rows) {
    const percent = enabled ? `${(total > 0 ? (used * 100) / total : 0).toFixed(2)}%` : 'N/A';
    const state = enabled ? (active ? 'active' : 'inactive') : 'disabled';
    const kib = (bytes: number): string => String(Math.trunc(bytes / 1024));
    session.print(
      `${line(storage.id, storage.type, state, kib(total), kib(used), kib(available), percent)}\n`,
    );
  }
}

const WIDTHS = [0, 10, 10, 15, 15, 15, 8];
