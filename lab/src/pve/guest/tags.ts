import type { Machine } from '../../machine.ts';
import { parseBoolean, splitList } from '../formats/values.ts';

/**
 * A `tags` option as PVE keeps it: each once, in lower case and sorted, unless datacenter.cfg's `tag-style` says otherwise
 * (PVE::GuestHelpers::get_unique_tags).
 */
export function uniqueTags(machine: Machine, text: string): string {
  const style = /^tag-style:\s*(.*)$/m.exec(machine.files.read('/etc/pve/datacenter.cfg') ?? '')?.[1] ?? '';
  const options = new Map(
    style.split(',').map((part) => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']),
  );
  const sensitive = parseBoolean(options.get('case-sensitive') ?? '') === '1';
  const fold = (tag: string): string => (sensitive ? tag : tag.toLowerCase());
  const tags = splitList(text);
  const ordered =
    options.get('ordering') === 'config'
      ? tags
      : tags.toSorted((a, b) => (fold(a) < fold(b) ? -1 : fold(a) > fold(b) ? 1 : 0));
  return [...new Set(ordered.map(fold))].join(';');
}
