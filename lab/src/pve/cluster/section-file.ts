/** PVE's section files (`dir: local`, then indented options): storage.cfg, ha/resources.cfg. Source: PVE/SectionConfig.pm. */
export interface ConfigSection {
  readonly type: string;
  readonly id: string;
  /** In the file's order; a bare `disable` is `1`; an option with several lines has a NUL between them. */
  readonly options: Map<string, string>;
}

/** Reads a section file; lines that are none are dropped. `arrays` are the options that may have several lines. */
export function readSections(text: string, arrays: readonly string[] = []): ConfigSection[] {
  const sections: ConfigSection[] = [];
  for (const line of text.split('\n')) {
    const header = /^(\S+):\s*(\S+)\s*$/.exec(line);
    const option = /^\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line);
    if (header !== null) sections.push({ type: header[1] ?? '', id: header[2] ?? '', options: new Map() });
    else if (option !== null) setLine(sections.at(-1), option[1] ?? '', option[2] ?? '1', arrays);
  }
  return sections;
}

function setLine(
  section: ConfigSection | undefined,
  name: string,
  value: string,
  arrays: readonly string[],
): void {
  const before = arrays.includes(name) ? section?.options.get(name) : undefined;
  section?.options.set(name, before === undefined ? value : `${before}\0${value}`);
}

/**
 * Writes a section file: the comment, a bare `disable`, the options that the type needs, then the others, each by name; a `0` for
 * `disable` is left out.
 */
export function printSections(
  sections: readonly ConfigSection[],
  required: (type: string) => readonly string[],
): string {
  return sections
    .map(({ type, id, options }) => {
      const first = ['comment', ...required(type).toSorted()];
      const rest = [...options.keys()]
        .filter((name) => !first.includes(name) && name !== 'disable')
        .toSorted();
      const line = (name: string): string =>
        (options.get(name)?.split('\0') ?? []).map((value) => `\t${name} ${value}\n`).join('');
      const disable = (options.get('disable') ?? '0') === '0' ? '' : '\tdisable\n';
      return `${type}: ${id}\n${line('comment')}${disable}${[...first.slice(1), ...rest].map(line).join('')}\n`;
    })
    .join('');
}
