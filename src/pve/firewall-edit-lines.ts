import {
  decodeFirewall,
  type FirewallFile,
  type FirewallLine,
  type FirewallSection,
  type SectionKind,
} from './firewall.ts';
import { closedLine, indentOf, lineEnd } from './text-lines.ts';

/** Lines and sections of a firewall file, put in, taken out and made as firewall-edit.ts needs it. */

/** A section by its kind, and by its name where it has one. */
export interface SectionId {
  readonly kind: Exclude<SectionKind, 'none'>;
  readonly name?: string;
}

/** What stands behind a line for its comment, which is one line. */
export const comment = (text = ''): string =>
  text.trim() === '' ? '' : ` # ${text.replaceAll(/\s+/gu, ' ').trim()}`;

/** Whether it is that section; names are found in any case. */
export const isSection = (section: FirewallSection, { kind, name = '' }: SectionId): boolean =>
  section.kind === kind && section.name === name.toLowerCase();

/** Changes the last line of that kind, as it is the one that counts, or adds one behind the section's others. */
export function putLine(
  file: FirewallFile,
  target: SectionId,
  isIt: (line: FirewallLine) => boolean,
  text: string,
): FirewallFile {
  const section = file.sections.findLast((one) => isSection(one, target) && one.lines.some(isIt));
  if (section === undefined) return appendLine(ensureSection(file, target), target, text);
  const at = section.lines.findLastIndex(isIt);
  const old = section.lines[at]?.text ?? '';
  const line = readLine(file, target, `${indentOf(old)}${text}${lineEnd(old)}`);
  return editLines(file, section, (lines) => lines.with(at, line));
}

/** Takes out every section of that name; comments behind its last empty line are about what follows, and stay. */
export function dropSection(file: FirewallFile, target: SectionId): FirewallFile {
  const sections: FirewallSection[] = [];
  for (const section of file.sections) {
    const before = sections.at(-1);
    if (before === undefined || !isSection(section, target)) sections.push(section);
    else sections[sections.length - 1] = { ...before, lines: [...before.lines, ...commentsBehind(section)] };
  }
  return { ...file, sections };
}

function commentsBehind({ lines }: FirewallSection): readonly FirewallLine[] {
  const last = lines.findLastIndex((line) => line.type !== 'comment');
  return lines[last]?.type === 'blank' ? lines.slice(last + 1) : [];
}

/** Takes out the lines for which `isIt` holds. */
export function dropLines(
  file: FirewallFile,
  target: SectionId,
  isIt: (line: FirewallLine) => boolean,
): FirewallFile {
  const sections = file.sections.map((section) =>
    isSection(section, target) && section.lines.some(isIt)
      ? { ...section, lines: section.lines.filter((line) => !isIt(line)) }
      : section,
  );
  return { ...file, sections };
}

/** Behind the last line of the section that says something, before the empty lines at its end. */
export function appendLine(file: FirewallFile, target: SectionId, text: string): FirewallFile {
  const section = file.sections.findLast((one) => isSection(one, target));
  if (section === undefined) return file;
  const closed = closeSection(section);
  const last = closed.lines.findLastIndex((line) => line.type !== 'blank');
  // PVE leaves one empty line behind a header.
  const at = last === -1 ? Math.min(1, closed.lines.length) : last + 1;
  const lines = closed.lines.toSpliced(at, 0, readLine(file, target, `${text}\n`));
  return { ...file, sections: file.sections.map((one) => (one === section ? { ...closed, lines } : one)) };
}

/** Lets the section's last line have its end. */
function closeSection(section: FirewallSection): FirewallSection {
  const last = section.lines.at(-1);
  if (last === undefined) return { ...section, header: closedLine(section.header) };
  return { ...section, lines: [...section.lines.slice(0, -1), { ...last, text: closedLine(last.text) }] };
}

/** The file with that section, empty when it was not there. */
export function ensureSection(file: FirewallFile, target: SectionId): FirewallFile {
  return file.sections.some((section) => isSection(section, target)) ? file : addSection(file, target, '');
}

/** Makes an empty section where PVE writes it. */
export function addSection(file: FirewallFile, target: SectionId, note: string): FirewallFile {
  const later = file.sections.findIndex((section) => section.kind !== 'none' && rank(section) > rank(target));
  const at = later === -1 ? file.sections.length : later;
  const before = file.sections
    .slice(0, at)
    .map((section, index) => (index === at - 1 ? closeSection(section) : section));
  const made: FirewallSection = {
    kind: target.kind,
    name: (target.name ?? '').toLowerCase(),
    comment: note,
    header: `${headerOf(target)}${comment(note)}\n`,
    lines: [
      { type: 'blank', text: '\n' },
      { type: 'blank', text: '\n' },
    ],
  };
  return { ...file, sections: [...before, made, ...file.sections.slice(at)] };
}

const order: readonly SectionKind[] = ['none', 'options', 'aliases', 'ipset', 'rules', 'group'];

const rank = ({ kind, name = '' }: SectionId | FirewallSection): string =>
  `${order.indexOf(kind)}${name.toLowerCase()}`;

/** The line that opens the section, without its comment and end. */
export function headerOf({ kind, name = '' }: SectionId): string {
  if (kind === 'ipset') return `[IPSET ${name}]`;
  return kind === 'group' ? `[group ${name}]` : `[${kind.toUpperCase()}]`;
}

/** Changes the lines of one section. */
export function editLines(
  file: FirewallFile,
  target: FirewallSection,
  edit: (lines: readonly FirewallLine[]) => readonly FirewallLine[],
): FirewallFile {
  const sections = file.sections.map((section) =>
    section === target ? { ...section, lines: edit(section.lines) } : section,
  );
  return { ...file, sections };
}

/** The line as it will be read again, so that a value which PVE does not take is seen as broken. */
export function readLine(file: FirewallFile, target: SectionId, text: string): FirewallLine {
  const read = decodeFirewall(file.scope, `${headerOf({ ...target, name: target.name ?? '' })}\n${text}`);
  return read.sections[1]?.lines[0] ?? { type: 'blank', text };
}
