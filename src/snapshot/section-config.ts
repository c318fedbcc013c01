/** One section of a file such as storage.cfg: "type: id", then indented "option value" lines. */
export interface Section {
  readonly type: string;
  readonly id: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Reads a section config as PVE::SectionConfig does, without looking at what the options mean; comments and stray lines are passed over. */
export function readSections(text: string): readonly Section[] {
  const sections: { type: string; id: string; options: Record<string, string> }[] = [];
  let open: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/u)) {
    if (line.trim() === '') open = undefined;
    const head = /^(?<type>[A-Za-z][\w-]*):\s*(?<id>\S+)\s*$/u.exec(line)?.groups;
    const option = /^\s+(?<key>\S+)(?:\s+(?<value>.*?))?\s*$/u.exec(line)?.groups;
    if (head?.['type'] !== undefined && head['id'] !== undefined) {
      open = {};
      sections.push({ type: head['type'], id: head['id'], options: open });
    } else if (open !== undefined && option?.['key'] !== undefined) {
      open[option['key']] = option['value'] ?? '';
    }
  }
  return sections;
}
