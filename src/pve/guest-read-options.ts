import { readRefusal } from './guest-config-check.ts';
import {
  findSection,
  sectionOptions,
  type GuestConfig,
  type Options,
  type SectionName,
} from './guest-config.ts';
import { ownOptions } from './guest-own-options.ts';
import { optionSchema } from './option-schema.ts';

/**
 * The options of a section as PVE has them. A VM's line that PVE can't read leaves the one above it in force
 * (QemuServer.pm parse_vm_config). Where there is none such the text stays as it is, as another release may be able to
 * read it; but what is no number, or has a carriage return in it, is so in each.
 */
export function readOptions(config: GuestConfig, name: SectionName): Options {
  const options = sectionOptions(config, name);
  if (config.kind !== 'vm') return options;
  const texts = textsByKey(config, name);
  const read: Record<string, string> = Object.create(null);
  for (const [key, last] of Object.entries(options)) {
    const all = texts.get(key) ?? [];
    const isRead = (text: string): boolean => readRefusal('vm', name, key, text) === undefined;
    const isCertain = isOfPlainType(name, key) || last.includes('\r');
    // The description has no text of its own; most others stand once, and are kept whatever they say.
    const isKept = all.length === 0 || (all.length === 1 && !isCertain);
    const value = isKept ? last : all.findLast(isRead);
    if (value !== undefined) read[key] = value;
    else if (!isCertain) read[key] = last;
  }
  return read;
}

function textsByKey(config: GuestConfig, name: SectionName): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>();
  for (const line of findSection(config, name)?.lines ?? []) {
    if (line.type !== 'option') continue;
    const key = line.key === 'cdrom' ? 'ide2' : line.key;
    const known = texts.get(key);
    if (known === undefined) texts.set(key, [line.value]);
    else known.push(line.value);
  }
  return texts;
}

function isOfPlainType(name: SectionName, key: string): boolean {
  const own = ownOptions('vm', name);
  const type = (Object.hasOwn(own, key) ? own[key] : optionSchema('vm', key))?.type;
  return type === 'boolean' || type === 'integer' || type === 'number';
}
