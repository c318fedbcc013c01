import type { GuestConfig, Section } from './config.ts';

/** Options that `delete:` in the pending section names; true if the disk itself goes too (`!scsi1`). Source: PVE/AbstractConfig.pm. */
export function pendingDeletes(pending: Section): Map<string, boolean> {
  const words = (pending.get('delete') ?? '')
    .replace(/[,;]/g, ' ')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  return new Map(words.map((word) => (word.startsWith('!') ? [word.slice(1), true] : [word, false])));
}

function storeDeletes(pending: Section, deletes: ReadonlyMap<string, boolean>): void {
  const words = [...deletes.keys()]
    .toSorted()
    .map((name) => (deletes.get(name) === true ? `!${name}` : name));
  if (words.length === 0) pending.delete('delete');
  else pending.set('delete', words.join(','));
}

/** Marks an option for deletion; `force` also destroys its disk. */
export function addPendingDelete(config: GuestConfig, name: string, force: boolean): void {
  storeDeletes(config.pending, pendingDeletes(config.pending).set(name, force));
}

/** Takes back that mark. */
export function removePendingDelete(config: GuestConfig, name: string): void {
  const deletes = pendingDeletes(config.pending);
  if (deletes.delete(name)) storeDeletes(config.pending, deletes);
}

/** Drops pending changes that change nothing; true if there were some. */
export function cleanPending(config: GuestConfig): boolean {
  let changed = false;
  for (const [name, value] of config.pending) {
    if (name !== 'delete' && config.main.get(name) === value)
      changed = config.pending.delete(name) || changed;
  }
  const deletes = pendingDeletes(config.pending);
  for (const name of deletes.keys()) {
    if (!config.main.has(name)) changed = deletes.delete(name) || changed;
  }
  storeDeletes(config.pending, deletes);
  return changed;
}

/** The options as they will be once what is pending holds (load_current_config). */
export function withPending(config: GuestConfig): Section {
  const merged: Section = new Map(config.main);
  for (const [name, value] of config.pending) if (name !== 'delete') merged.set(name, value);
  for (const name of pendingDeletes(config.pending).keys()) {
    const value = merged.get(name);
    if (value !== undefined && value !== '' && value !== '0') merged.delete(name);
  }
  return merged;
}

/** The lines of `qm pending` and `pct pending`: `cur`, `new` and `del` (PVE::GuestHelpers::format_pending). */
export function pendingLines(config: GuestConfig, encode: (text: string) => string): string[] {
  const deletes = pendingDeletes(config.pending);
  const names = new Set([...config.main.keys(), ...config.pending.keys()]);
  names.delete('delete');
  return [...names].toSorted().flatMap((name) => {
    const show = (text: string): string => (name === 'description' ? encode(text) : text);
    const value = config.main.get(name);
    const next = config.pending.get(name);
    if (value === undefined) return next === undefined ? [] : [`new ${name}: ${show(next)}`];
    if (deletes.has(name)) return [`del ${name}: ${show(value)}`];
    return next === undefined
      ? [`cur ${name}: ${show(value)}`]
      : [`cur ${name}: ${show(value)}`, `new ${name}: ${show(next)}`];
  });
}
