import { decodePropertyString } from '../property-string.ts';
import { clusterPropertyFormats } from '../formats-properties.ts';
import type { OptionRefusal } from '../section-kind.ts';
import type { PropertyFormat } from '../schema/property-schema.ts';

/**
 * "keep-last=3,keep-daily=0" is "keep-last=3", and where nothing is left, everything is kept (pve-storage
 * PVE/Storage/Plugin.pm validate_prune_backups). Text that PVE would refuse is returned as it is.
 */
export function pruneForm(value: string): string {
  const { values, problems } = decodePropertyString(format, value);
  if (problems.length > 0 || counts(values).some(([, count]) => !/^\d+$/u.test(count))) return value;
  const kept = counts(values).filter(([, count]) => count !== '0');
  if (kept.length > 0 && values['keep-all'] === '1') return value;
  if (kept.length === 0) return 'keep-all=1';
  return kept
    .map(([name, count]) => `${name}=${count}`)
    .toSorted()
    .join(',');
}

/** What PVE refuses beyond the bounds of each count. */
export function checkPrune(value: string | undefined): readonly OptionRefusal[] {
  const { values } = decodePropertyString(format, value ?? '');
  const others = counts(values).filter(([, count]) => Number(count) > 0);
  if (values['keep-all'] !== '1' || others.length === 0) return [];
  const names = others.map(([name]) => name).join(', ');
  const message = `"prune-backups": keep-all=1 stands beside ${names}; one or the other is wanted`;
  return [{ key: 'prune-backups', severity: 'error', message }];
}

const counts = (values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(values).filter(([name]) => name !== 'keep-all');

const format: PropertyFormat = clusterPropertyFormats['prune-backups'] ?? {};
