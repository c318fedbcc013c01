import {
  findSection,
  pendingOptions,
  rawOptions,
  type GuestConfig,
  type SectionName,
} from './guest-config.ts';
import { ownOptions } from './guest-own-options.ts';
import { readOptions } from './guest-read-options.ts';
import { normalise, sameAsAbsent } from './normal-form.ts';
import { optionSchema } from './option-schema.ts';

/**
 * What a guest's config says, in one form for all texts that say it: sections by name with each option in normal form.
 * Options that say what their absence says are left out, as is a state that PVE deletes when it reads the file.
 */
export function normalGuestConfig(config: GuestConfig): unknown {
  const names = [...new Set(config.sections.map(({ name }) => name))].filter(
    (name) => !name.startsWith('unknown:') && !(name === 'pending' && isEmpty(config, name)),
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

/** A section of pending changes without any is as none. */
const isEmpty = (config: GuestConfig, name: SectionName): boolean =>
  findSection(config, name)?.lines.every(({ type }) => type === 'blank') !== false;

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
