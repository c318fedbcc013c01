/** What a line of a file is about: the thing, and its option. */
export interface Described {
  readonly name?: string;
  readonly option?: string;
}

/** How lines of a kind of file are read: what opens a part, whose name it is, and where an option's name stands. */
interface Grammar {
  readonly header?: RegExp;
  readonly option: RegExp;
}

const keyed = /^\s*(?:#|(?<option>[\w.-]+)\s*[:=])/u;
const indented = /^\s+(?<option>[\w-]+)/u;

const grammars: Readonly<Record<string, Grammar>> = {
  vm: { header: /^\[(?<name>[^\]]+)\]/u, option: keyed },
  container: { header: /^\[(?<name>[^\]]+)\]/u, option: keyed },
  interfaces: { header: /^\s*(?:iface|auto|allow-\S+)\s+(?<name>\S+)/u, option: indented },
  user: { header: /^(?<option>[a-z]+):(?:(?<=^acl:)[01]?:)?(?<name>[^:]*)/u, option: /^(?<option>[a-z]+):/u },
  corosync: { header: /^\s*(?<name>\w+)\s*\{/u, option: keyed },
};

const firewall: Grammar = {
  header: /^\s*\[(?<name>[^\]]+)\]/u,
  option: /^\s*\|?(?<option>[a-z][\w-]*)(?=:?\s|:?$)/iu,
};
const sections: Grammar = { header: /^(?<name>[A-Za-z][\w-]*:\s*\S+|[\w.-]+)\s*$/u, option: indented };

/** The grammar of a kind; files of sections and all that is unknown are told by their lines. */
function grammarOf(kind: string, lines: readonly string[]): Grammar {
  const own = grammars[kind];
  if (own !== undefined) return own;
  if (kind.startsWith('firewall-')) return firewall;
  return lines.some((line) => /^\s+\S/u.test(line)) ? sections : { option: keyed };
}

/** For each line what it is about, in order. */
export function describeLines(kind: string, lines: readonly string[]): readonly Described[] {
  const { header, option } = grammarOf(kind, lines);
  let name: string | undefined;
  return lines.map((line) => {
    const opened = header?.exec(line)?.groups;
    if (opened?.['name'] !== undefined) name = opened['name'].replace(/:\s+/u, ':');
    const own = opened === undefined ? optionOf(kind, option, line) : opened['option'];
    return { ...(name !== undefined && { name }), ...(own !== undefined && { option: own }) };
  });
}

/** Comments of a guest's config are its description. */
function optionOf(kind: string, option: RegExp, line: string): string | undefined {
  if ((kind === 'vm' || kind === 'container') && line.startsWith('#')) return 'description';
  return option.exec(line)?.groups?.['option'];
}
