import type { Parameters } from '../cli/getopt.ts';
import { refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Session } from '../session.ts';
import { readStorages, type StorageSection } from '../storage/config.ts';
import { usageOf } from './volumes.ts';

/** The storages of this node that `pvesm status` shows, by name. Throws Failure. */
export function shownStorages(
  session: Session,
  { storage, content, enabled }: Parameters,
): readonly StorageSection[] {
  const here = readStorages(session.machine).filter(
    (one) => one.nodes === undefined || one.nodes.has(session.machine.name),
  );
  if (storage !== undefined && !here.some((one) => one.id === storage))
    refuseParameters({ storage: 'No such storage.' });
  return here
    .filter((one) => storage === undefined || one.id === storage)
    .filter((one) => content === undefined || splitList(content).some((type) => one.content.has(type)))
    .filter((one) => enabled !== '1' || !one.disabled)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** `pvesm status`. Throws Failure. */
export function showStatus(session: Session, parameters: Parameters): void {
  const storages = shownStorages(session, parameters);
  const width = Math.max(0, ...storages.map((one) => one.id.length)) + 1;
  const line = (...cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(width) : cell.padStart(WIDTHS[index] ?? 0)))
      .join(' ');
  session.print(`${line('Name', 'Type', 'Status', 'Total (KiB)', 'Used (KiB)', 'Available (KiB)', '%')}\n`);
  for (const { id, type, disabled } of storages) {
    const { active, total, used, available } = usageOf(session, id);
    const percent = disabled ? 'N/A' : `${(total > 0 ? (used * 100) / total : 0).toFixed(2)}%`;
    const kib = (bytes: number): string => String(Math.trunc(bytes / 1024));
    session.print(
      `${line(id, type, disabled ? 'disabled' : active ? 'active' : 'inactive', kib(total), kib(used), kib(available), percent)}\n`,
    );
  }
}

const WIDTHS = [0, 10, 10, 15, 15, 15, 8];
