import type { FileKind, Inspected, Mention } from './file-kind.ts';
import { decodeText } from './percent-text.ts';
import { checkSections, sectionProperty } from './section-check.ts';
import {
  decodeSections,
  encodeSections,
  optionValues,
  sectionsOf,
  sectionOptions,
  type Section,
  type SectionConfig,
} from './section-config.ts';
import type { SectionKind } from './section-kind.ts';
import { normalSections } from './section-normal.ts';
import { splitList } from './text-list.ts';

/** A kind of sections as lint, ls and export see it. */
export function sectionFileKind(kind: SectionKind): FileKind {
  const inspect = (text: string): Inspected => {
    const config = decodeSections(kind.dialect, text);
    const { refs, defines } = mentions(kind, config);
    return {
      value: sectionsOf(config).map((section) => plainSection(kind, section)),
      encoded: encodeSections(config),
      normal: normalSections(kind, config),
      findings: checkSections(kind, config),
      refs,
      defines,
    };
  };
  return {
    kind: kind.kind,
    summary: kind.summary,
    path: kind.path,
    looksLike: (text) => looksLike(kind, text),
    inspect,
  };
}

/** Certain when PVE would take every line and there is more than headers. */
function looksLike(kind: SectionKind, text: string): 'certain' | 'likely' | 'no' {
  const config = decodeSections(kind.dialect, text);
  const sections = sectionsOf(config);
  if (!sections.some(({ type }) => Object.hasOwn(kind.types, type))) return 'no';
  const hasErrors = checkSections(kind, config).some(({ severity }) => severity === 'error');
  const hasOptions = sections.some(({ lines }) => lines.some((line) => line.kind === 'option'));
  if (!hasErrors) return hasOptions ? 'certain' : 'likely';
  // A header without a type is any word at all.
  const isTyped = kind.dialect.writeHeader({ type: 'a', id: 'b' }).includes(':');
  const known = sections.some(({ type, lines }) =>
    lines.some((line) => line.kind === 'option' && sectionProperty(kind, type, line.key) !== undefined),
  );
  return isTyped && known ? 'likely' : 'no';
}

/** An option alone is true, one of several values a list, an escaped text its text. */
function plainSection(kind: SectionKind, section: Section): unknown {
  const options = Object.entries(sectionOptions(section)).map(([key, value]) => {
    if (sectionProperty(kind, section.type, key)?.repeated === true) return [key, optionValues(section, key)];
    if (value === '') return [key, true];
    return [key, kind.texts?.includes(key) === true ? decodeText(value) : value];
  });
  return { type: section.type, id: section.id, options: Object.fromEntries(options) };
}

function mentions(
  kind: SectionKind,
  config: SectionConfig,
): { readonly refs: readonly Mention[]; readonly defines: readonly Mention[] } {
  const refs: Mention[] = [];
  const defines: Mention[] = (kind.defines ?? []).flatMap((thing) =>
    (kind.builtIn ?? []).map((name) => ({ kind: thing, name, line: 1 })),
  );
  let line = 1;
  for (const part of config.parts) {
    if (part.kind === 'section') {
      const isPart = Object.hasOwn(kind.types, part.type) && kind.types[part.type]?.isPart === true;
      for (const thing of isPart ? [] : (kind.defines ?? []))
        defines.push({ kind: thing, name: part.id, line });
      for (const thing of kind.idMentions?.(part.id) ?? []) refs.push({ ...thing, line });
      for (const mention of optionMentions(kind, part, line)) refs.push(mention);
      line += part.lines.length;
    }
    line += 1;
  }
  return { refs, defines };
}

function optionMentions(kind: SectionKind, section: Section, header: number): readonly Mention[] {
  const table = kind.mentions ?? {};
  return section.lines.flatMap((line, index) => {
    if (line.kind !== 'option' || !Object.hasOwn(table, line.key)) return [];
    const mentioned = table[line.key];
    if (mentioned === undefined) return [];
    const names = mentioned.names?.(line.value) ?? splitList(line.value);
    return names.map((name) => ({ kind: mentioned.kind, name, line: header + 1 + index }));
  });
}
