import { isSpace } from './perl-space.ts';

/**
 * How the files of sections ("type: id", then indented "option value" lines, then an empty line) differ from each
 * other: most are read by PVE::SectionConfig, whose users have headers of their own; some by Proxmox's Rust library
 * (proxmox-section-config).
 */
export interface SectionDialect {
  /** The header of a section, its line end taken off; undefined for a line that is none. */
  readonly readHeader: (line: string) => SectionHeader | undefined;
  readonly writeHeader: (header: SectionHeader) => string;
  readonly readOption: (line: string) => OptionText | undefined;
  /** Whether the line closes the section it stands in. */
  readonly endsSection: (line: string) => boolean;
  /** Whether a line that starts with "#", indented or not, is passed over. */
  readonly comments: boolean;
  /** Whether an empty line follows the last section, too. */
  readonly closesLast: boolean;
  /** Whether PVE refuses the whole file for one broken line. */
  readonly strict: boolean;
}

export interface SectionHeader {
  readonly type: string;
  /** As PVE names the section: "vm:100" in ha/resources.cfg, "100" in no file. */
  readonly id: string;
}

export interface OptionText {
  readonly key: string;
  /** '' when the option stands alone. */
  readonly value: string;
}

/** PVE::SectionConfig, with the type in lower case, as all but jobs.cfg have it. */
export const perlDialect: SectionDialect = perl((line) => lowerType(readTyped(line)));

/** jobs.cfg: the type as it is written (PVE::Job::Registry has no parse_section_header). */
export const jobDialect: SectionDialect = perl(readTyped);

/** ha/resources.cfg: the id of a section is its type and name (PVE::HA::Resources parse_section_header). */
export const haResourceDialect: SectionDialect = {
  ...perl((line) => {
    const header = lowerType(readTyped(line));
    return header && { type: header.type, id: `${header.type}:${header.id}` };
  }),
  writeHeader: ({ type, id }) => `${type}: ${id.replace(/^[^:]*:/u, '')}`,
};

/** replication.cfg: the parts of an id are numbers, whatever zeros they begin with (PVE::ReplicationConfig). */
export const replicationDialect: SectionDialect = perl((line) => {
  const header = lowerType(readTyped(line));
  const { guest, job } = /^0*(?<guest>\d+)-0*(?<job>\d+)$/u.exec(header?.id ?? '')?.groups ?? {};
  return header && guest !== undefined ? { type: header.type, id: `${guest}-${job}` } : undefined;
});

/** status.cfg: a header without an id takes the type for it (PVE::Status::Plugin parse_section_header). */
export const metricDialect: SectionDialect = perl((line) => {
  const [first = '', second] = wordsOf(line);
  const type = first.slice(0, -1).toLowerCase();
  const hasNoId = second === undefined && first.endsWith(':') && type !== '' && startsWithWord(line);
  return hasNoId ? { type, id: type } : lowerType(readTyped(line));
});

/** mapping/*.cfg: the header is the id alone (PVE::Mapping::PCI, USB, Dir parse_section_header). */
export function mappingDialect(type: string): SectionDialect {
  return {
    ...perl((line) => {
      const [id, second] = wordsOf(line);
      return id !== undefined && second === undefined && startsWithWord(line) ? { type, id } : undefined;
    }),
    writeHeader: ({ id }) => id,
  };
}

/** notifications.cfg and sdn/fabrics.cfg: no comments, and one broken line refuses the file (proxmox-section-config). */
export const rustDialect: SectionDialect = {
  readHeader: (line) => {
    const colon = line.indexOf(':');
    if (colon < 1 || !/^\p{Alphabetic}/u.test(line)) return undefined;
    return { type: line.slice(0, colon).trim(), id: line.slice(colon + 1).trim() };
  },
  writeHeader: ({ type, id }) => `${type}: ${id}`,
  readOption: (line) => {
    const text = line.trimStart();
    const end = text.search(/\s/u);
    if (text === line || end === -1) return undefined;
    return { key: text.slice(0, end), value: text.slice(end).trim() };
  },
  endsSection: (line) => line.trim() === '',
  comments: false,
  closesLast: false,
  strict: true,
};

function perl(readHeader: SectionDialect['readHeader']): SectionDialect {
  return {
    readHeader,
    writeHeader: ({ type, id }) => `${type}: ${id}`,
    readOption: readPerlOption,
    // What is false in Perl: a line of white space is not, so the section goes on behind it; "0" is.
    endsSection: (line) => line === '' || line === '0',
    comments: true,
    closesLast: true,
    strict: false,
  };
}

/**
 * By /^(\S+):\s*(\S+)\s*$/, without its backtracking: two words, the first with a colon at its end, or one word that is
 * parted at its last colon.
 */
function readTyped(line: string): SectionHeader | undefined {
  const [first = '', second, third] = wordsOf(line);
  if (third !== undefined || !startsWithWord(line)) return undefined;
  if (second !== undefined) {
    return first.length > 1 && first.endsWith(':') ? { type: first.slice(0, -1), id: second } : undefined;
  }
  const colon = first.lastIndexOf(':', first.length - 2);
  return colon < 1 ? undefined : { type: first.slice(0, colon), id: first.slice(colon + 1) };
}

/** By /^\s+(\S+)(\s+(.*\S))?\s*$/. */
function readPerlOption(line: string): OptionText | undefined {
  if (line === '' || startsWithWord(line)) return undefined;
  let start = 0;
  while (isSpace(line, start)) start += 1;
  let end = line.length;
  while (end > start && isSpace(line, end - 1)) end -= 1;
  if (start === end) return undefined;
  let keyEnd = start;
  while (keyEnd < end && !isSpace(line, keyEnd)) keyEnd += 1;
  let valueStart = keyEnd;
  while (valueStart < end && isSpace(line, valueStart)) valueStart += 1;
  return { key: line.slice(start, keyEnd), value: line.slice(valueStart, end) };
}

const lowerType = (header: SectionHeader | undefined): SectionHeader | undefined =>
  header && { type: header.type.toLowerCase(), id: header.id };

const wordsOf = (line: string): readonly string[] =>
  line.split(/[\t\n\v\f\r ]+/u).filter((word) => word !== '');

const startsWithWord = (line: string): boolean => line !== '' && !isSpace(line, 0);
