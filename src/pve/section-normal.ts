import { normalise } from './normal-form.ts';
import { decodeText } from './percent-text.ts';
import { checkOption, sectionProperty } from './section-check.ts';
import { sectionsOf, type Section, type SectionConfig } from './section-config.ts';
import type { NormalSection, SectionKind } from './section-kind.ts';
import type { SectionProperty } from './schema/sections/section-table.ts';
import { splitList } from './text-list.ts';

/**
 * The sections in PVE's normal form: two files that mean the same to PVE have the same one. What PVE drops as broken is
 * not in it; what it drops because it doesn't know the option or the value is kept as it is written, as another
 * release may know it.
 */
export function normalSections(kind: SectionKind, config: SectionConfig): unknown {
  const plain = sectionsOf(config).map((section) => normalSection(kind, section));
  const sections = kind.imply?.(plain) ?? plain;
  // proxmox-section-config refuses a file for one broken line, so such a file means nothing else than itself.
  const broken = kind.dialect.strict ? brokenLines(config) : [];
  return {
    sections: kind.ordered
      ? sections
      : Object.fromEntries(sections.map(({ id, type, options }) => [id, { type, options }])),
    ...(broken.length > 0 && { broken }),
  };
}

function normalSection(kind: SectionKind, section: Section): NormalSection {
  const { type, id } = section;
  const options: Record<string, string | readonly string[]> = Object.create(null);
  const absent: Readonly<Record<string, string>> = { ...kind.absent, ...kind.types[type]?.absent };
  for (const [key, values] of valuesByKey(section)) {
    const schema = sectionProperty(kind, type, key);
    if (schema?.repeated === true || schema === undefined) {
      options[key] = repeatedForm(kind, schema, key, values);
      continue;
    }
    const form = valueForm(kind, schema, key, countingValue(kind, type, key, values));
    const implied = absent[key];
    if (implied === undefined || valueForm(kind, schema, key, implied) !== form) options[key] = form;
  }
  return { type, id, options };
}

function valuesByKey(section: Section): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map<string, string[]>();
  for (const line of section.lines) {
    if (line.kind !== 'option') continue;
    const values = byKey.get(line.key);
    if (values === undefined) byKey.set(line.key, [line.value]);
    else values.push(line.value);
  }
  return byKey;
}

/** PVE drops what it refuses, and then the second of two that it takes. */
function countingValue(kind: SectionKind, type: string, key: string, values: readonly string[]): string {
  const first = values[0] ?? '';
  if (values.length < 2) return first;
  return values.find((value) => checkOption(kind, type, key, value).length === 0) ?? first;
}

function repeatedForm(
  kind: SectionKind,
  schema: SectionProperty | undefined,
  key: string,
  values: readonly string[],
): readonly string[] {
  if (schema === undefined) return values;
  const forms = values.map((value) => normalise(schema, value));
  return kind.unordered?.includes(key) === true ? [...new Set(forms)].toSorted() : forms;
}

function valueForm(kind: SectionKind, schema: SectionProperty, key: string, value: string): string {
  if (schema.type === 'boolean' && !kind.dialect.strict) return value === '' ? '1' : value;
  if (kind.texts?.includes(key) === true) return decodeText(value);
  const form = kind.forms !== undefined && Object.hasOwn(kind.forms, key) ? kind.forms[key] : undefined;
  if (form !== undefined) return form(value);
  return isPlainList(schema) ? splitList(value).join(',') : normalise(schema, value);
}

/** Lists whose order has a meaning: only the separators are free (PVE::Tools split_list). */
function isPlainList(schema: SectionProperty): boolean {
  return typeof schema.format === 'string' && schema.format.endsWith('-list');
}

function brokenLines(config: SectionConfig): readonly string[] {
  return config.parts.flatMap((part) =>
    (part.kind === 'section' ? part.lines : [part])
      .filter((line) => line.kind === 'broken')
      .map((line) => line.text),
  );
}
