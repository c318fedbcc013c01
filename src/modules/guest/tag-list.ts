import { datacenterOptions } from '../../pve/schema/datacenter-options.ts';
import { propertyFormat } from '../../pve/named-property-formats.ts';
import type { OptionSchema } from '../../pve/option-schema.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { decodePlainConfig, plainOptions } from '../../pve/plain-config.ts';
import { decodePropertyString } from '../../pve/property-string.ts';
import { splitList } from '../../pve/text-list.ts';
import { readFile } from '../../snapshot/files.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { WantedValue } from '../module.ts';
import type { GuestKind } from './guest-kind.ts';

export const isTagList = (schema: OptionSchema | undefined): boolean => schema?.format === 'pve-tag-list';

/** Whether "Web" and "web" are two tags there: tag-style of datacenter.cfg (PVE::GuestHelpers get_unique_tags). */
export function tellsTagCase(snapshot: Snapshot): boolean {
  const text = readFile(snapshot, '/etc/pve/datacenter.cfg');
  const schema = datacenterOptions['tag-style'];
  const format = schema && propertyFormat(schema);
  const style =
    typeof text === 'string' ? plainOptions(decodePlainConfig(text)).get('tag-style')?.at(-1) : undefined;
  if (style === undefined || format === undefined) return false;
  return decodePropertyString(format, style).values['case-sensitive'] === '1';
}

/** Tags as PVE keeps them: each once and sorted, in lower case where case tells nothing. */
export function tagListText(text: string, tellsCase: boolean): string {
  const tags = splitList(tellsCase ? text : text.toLowerCase());
  return [...new Set(tags)].sort().join(';');
}

/** What is wanted with its tags as that cluster keeps them. */
export function tagsAsKept(
  kind: GuestKind,
  options: Readonly<Record<string, WantedValue>>,
  tellsCase: boolean,
): Readonly<Record<string, WantedValue>> {
  return Object.fromEntries(
    Object.entries(options).map(([option, value]) => [
      option,
      typeof value === 'string' && isTagList(optionSchema(kind.kind, option))
        ? tagListText(value, tellsCase)
        : value,
    ]),
  );
}
