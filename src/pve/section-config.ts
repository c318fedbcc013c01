import { perlDialect, type SectionDialect } from './section-dialect.ts';
import { splitLines } from './text-lines.ts';

/**
 * A file of sections (storage.cfg, ha/resources.cfg, …), read as PVE reads it (PVE::SectionConfig parse_config), with
 * every line kept: encodeSections(decodeSections(text)) is text, always.
 */
export interface SectionConfig {
  readonly dialect: SectionDialect;
  /** In the order of the file: sections, and the lines between them. */
  readonly parts: readonly SectionPart[];
}

export type SectionPart = Section | SectionLine;

export interface Section {
  readonly kind: 'section';
  readonly type: string;
  /** As PVE names it: "local-lvm"; in ha/resources.cfg "vm:100". */
  readonly id: string;
  /** The header with its line end. */
  readonly header: string;
  /** Up to the empty line that closes it, that line included. */
  readonly lines: readonly SectionLine[];
}

/** One line, its end included in `text`. */
export type SectionLine =
  | { readonly kind: 'blank' | 'comment' | 'broken'; readonly text: string }
  /** `value` is '' when the option stands alone: "disable". */
  | { readonly kind: 'option'; readonly text: string; readonly key: string; readonly value: string };

/** Reads a file of sections. Takes any text. */
export function decodeSections(dialect: SectionDialect, text: string): SectionConfig {
  const parts: SectionPart[] = [];
  let lines: SectionLine[] | undefined;
  for (const raw of splitLines(text)) {
    const line = raw.endsWith('\n') ? raw.slice(0, -1) : raw;
    const isComment = dialect.comments && /^[\t\v\f\r ]*#/u.test(line);
    if (isComment) {
      (lines ?? parts).push({ kind: 'comment', text: raw });
    } else if (lines !== undefined) {
      lines.push(readLine(dialect, raw, line));
      if (dialect.endsSection(line)) lines = undefined;
    } else {
      // PVE passes over what would end a section before it looks for a header: "0" is no mapping's name.
      const header = dialect.endsSection(line) ? undefined : dialect.readHeader(line);
      if (header === undefined) {
        parts.push({ kind: isBlank(dialect, line) ? 'blank' : 'broken', text: raw });
      } else {
        lines = [];
        parts.push({ kind: 'section', ...header, header: raw, lines });
      }
    }
  }
  return { dialect, parts };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodeSections(config: SectionConfig): string {
  const texts: string[] = [];
  for (const part of config.parts) {
    if (part.kind !== 'section') {
      texts.push(part.text);
    } else {
      texts.push(part.header);
      for (const line of part.lines) texts.push(line.text);
    }
  }
  return texts.join('');
}

/** The sections as PVE has them: of two with one id the last counts. */
export function sectionsOf(config: SectionConfig): readonly Section[] {
  const byId = new Map<string, Section>();
  for (const part of config.parts) {
    if (part.kind !== 'section') continue;
    byId.delete(part.id);
    byId.set(part.id, part);
  }
  return [...byId.values()];
}

/** The section with that id that counts. */
export function findSection(config: SectionConfig, id: string): Section | undefined {
  return config.parts.findLast((part): part is Section => part.kind === 'section' && part.id === id);
}

/** Every value of an option that may stand more than once, in order. */
export function optionValues(section: Section, key: string): readonly string[] {
  return section.lines.flatMap((line) => (line.kind === 'option' && line.key === key ? [line.value] : []));
}

/** Option → text; of one that is there twice the first counts, as PVE drops the second. Any name may be asked for. */
export function sectionOptions(section: Section): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  for (const line of section.lines) {
    if (line.kind === 'option') found[line.key] ??= line.value;
  }
  return found;
}

/** The sections of a text, for those who only read. */
export function readSections(
  text: string,
  dialect: SectionDialect = perlDialect,
): readonly {
  readonly type: string;
  readonly id: string;
  readonly options: Readonly<Record<string, string>>;
}[] {
  return sectionsOf(decodeSections(dialect, text)).map((section) => ({
    type: section.type,
    id: section.id,
    options: sectionOptions(section),
  }));
}

function readLine(dialect: SectionDialect, text: string, line: string): SectionLine {
  if (isBlank(dialect, line)) return { kind: 'blank', text };
  const option = dialect.readOption(line);
  return option === undefined ? { kind: 'broken', text } : { kind: 'option', text, ...option };
}

const isBlank = (dialect: SectionDialect, line: string): boolean =>
  dialect.endsSection(line) || /^[\t\v\f\r ]*$/u.test(line);
