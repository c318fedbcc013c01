import { readRefusal } from './guest-config-check.ts';
import {
  findSection,
  pendingOptions,
  rawOptions,
  sectionOptions,
  type GuestConfig,
  type SectionName,
} from './guest-config.ts';
import { ownOptions } from './guest-own-options.ts';
import { normalise, sameAsAbsent } from './normal-form.ts';
import { optionSchema } from './option-schema.ts';

/**
 * What a guest's config says, in one form for all texts that say it: sections by name with each option in normal form.
 * Options that say what their absence says are left out, as is a state that PVE deletes when it reads the file.
 */
export function normalGuestConfig(config: GuestConfig): unknown {
  const names = [...new Set(config.sections.map(({ name }) => name))].filter(
    (name) => !name.startsWith('unknown:'),
  );
  return {
    sections: Object.fromEntries(names.toSorted().map((name) => [name, normalSection(config, name)])),
    delete: [...pendingOptions(config).remove].toSorted(),
    raw: Object.fromEntries(
      names.flatMap((name) => {
        const raw = rawOptions(config, name);
        return raw.length === 0 ? [] : [[name, raw]];
      }),
    ),
  };
}

function normalSection(config: GuestConfig, name: SectionName): Readonly<Record<string, string>> {
  const { kind } = config;
  const own = ownOptions(kind, name);
  const found = Object.entries(readOptions(config, name)).flatMap(([key, text]) => {
    if (name === 'current' && key === 'snapstate') return [];
    const ownSchema = Object.hasOwn(own, key) ? own[key] : undefined;
    if (ownSchema !== undefined) return [[key, normalise(ownSchema, text)] as const];
    const schema = optionSchema(kind, key);
    if (schema === undefined) return [[key, text] as const];
    return name === 'current' && sameAsAbsent(schema, text) ? [] : [[key, normalise(schema, text)] as const];
  });
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A VM's line that PVE can't read leaves the one above it in force (QemuServer.pm parse_vm_config). Where there is none
 * such the text stays as it is, as another release may be able to read it; but what is no number is so in each.
 */
function readOptions(config: GuestConfig, name: SectionName): Readonly<Record<string, string>> {
  const options = sectionOptions(config, name);
  if (config.kind !== 'vm') return options;
  const texts = textsByKey(config, name);
  const read: Record<string, string> = Object.create(null);
  for (const [key, last] of Object.entries(options)) {
    const all = texts.get(key) ?? [];
    const isPlain = isOfPlainType(name, key);
    const isRead = (text: string): boolean => readRefusal('vm', name, key, text) === undefined;
    // Most stand once, and are kept whatever they say.
    const value = all.length > 1 || isPlain ? (all.findLast(isRead) ?? (isPlain ? undefined : last)) : last;
    if (value !== undefined) read[key] = value;
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
