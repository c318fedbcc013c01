import { formatPosition } from '../../src/diagnostic.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';

/** The inventory of a text that has no errors. */
export function inventoryOf(text: string): Inventory {
  const parsed = parseInventory(text, '/etc/fleet/hosts.yml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  return parsed.value;
}

/** The errors of a text, each as "file:line:column message". */
export function errorsOf(text: string): readonly string[] {
  const parsed = parseInventory(text, 'hosts.yml');
  if (parsed.ok) return [];
  return parsed.diagnostics.map(
    ({ at, message }) => `${at === undefined ? '' : formatPosition(at)} ${message}`,
  );
}
