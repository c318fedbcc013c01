/** How the lines of a template are taken, by Ansible's words. */
export interface LineOptions {
  readonly trim_blocks: boolean;
  readonly lstrip_blocks: boolean;
}

/** What stands between the tags of a raw block. */
const RAW = /(?<=\{%[-+]?\s*raw\s*[-+]?%\})([^]*?)(?=\{%[-+]?\s*endraw\s*[-+]?%\})/u;

/**
 * The text of a template as the engine, which trims blocks and strips nothing, makes of it what Jinja makes of the given one
 * with these options: `lstrip_blocks` takes away what is before a block or comment that begins its line, `trim_blocks: no`
 * leaves the line end after one.
 */
export function withLineOptions(
  text: string,
  { trim_blocks: trims, lstrip_blocks: strips }: LineOptions,
): string {
  return text
    .split(RAW)
    .map((part, index) => {
      if (index % 2 === 1) {
        const inside = strips ? part.replace(/(?<=\n)[ \t]+$/u, '') : part;
        return trims ? inside : inside.replace(/^(?=\n)/u, '\n');
      }
      const stripped = strips ? part.replaceAll(/^[ \t]+(?=\{[%#](?!\+))/gmu, '') : part;
      const kept = stripped.replaceAll(trims ? /(?<=\+[%#]\})(?=\n)/gu : /(?<=[%#]\})(?=\n)/gu, '\n');
      // The engine does not know the "+" that says so of one block.
      return kept.replaceAll(/(?<=\{[%#])\+|\+(?=[%#]\})/gu, '');
    })
    .join('');
}

/** What a template says of itself. */
interface OwnOptions {
  readonly text: string;
  /** Where the text begins in its file. */
  readonly line: number;
  readonly options: Partial<LineOptions>;
}

/** Options that a template has in its own first line, "#jinja2: lstrip_blocks: True, trim_blocks: False", which is left out. */
export function ownOptions(text: string): OwnOptions {
  const [header = '', words = ''] = /^#jinja2:(.*)\n/u.exec(text) ?? [];
  const options = Object.fromEntries(
    [...words.matchAll(/(?<name>trim_blocks|lstrip_blocks)\s*:\s*(?<value>true|false)/giu)].map(
      ({ groups }) => [groups?.['name'] ?? '', groups?.['value']?.toLowerCase() === 'true'],
    ),
  );
  return { text: text.slice(header.length), line: header === '' ? 1 : 2, options };
}
