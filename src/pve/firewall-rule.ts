/** One line of [RULES] or of a [group]: "|IN SSH(ACCEPT) -i net0 -source 10.0.0.0/8 -log info # comment". */
export interface FirewallRule extends RuleMatch {
  /** Not written with a leading "|". */
  readonly enabled: boolean;
  readonly type: RuleType;
  /** ACCEPT, DROP, REJECT, or the name of a security group. */
  readonly action: string;
  /** As it was written; PVE finds it in any case. */
  readonly macro?: string;
  readonly comment?: string;
}

export type RuleType = (typeof ruleTypes)[number];

/** What a packet must be for the rule to count. */
export interface RuleMatch {
  readonly iface?: string;
  readonly source?: string;
  readonly dest?: string;
  readonly proto?: string;
  readonly dport?: string;
  readonly sport?: string;
  readonly log?: string;
  readonly 'icmp-type'?: string;
}

export const ruleTypes = ['in', 'out', 'forward', 'group'] as const;

/**
 * Reads a rule as pve-firewall's Firewall.pm parse_fw_rule does; a text is why PVE skips the line. The line has no
 * white space around it.
 */
export function parseRule(line: string): FirewallRule | string {
  const { body = '', note } = /^(?<body>[^#]*)(?:#\s*(?<note>.*?)\s*)?$/su.exec(line)?.groups ?? {};
  const { off, word, target, rest } =
    /^(?<off>\|?)(?<word>\S+)\s+(?<target>\S+)\s*(?<rest>.*)$/su.exec(body)?.groups ?? {};
  if (word === undefined || target === undefined || rest === undefined)
    return `${quote(line)} is no rule; "IN ACCEPT -p tcp -dport 22" is one`;
  const type = ruleTypes.find((name) => name === word.toLowerCase());
  if (type === undefined) return `"${word}" is no direction; IN, OUT, FORWARD or GROUP is wanted`;
  const match = readParameters(type, rest);
  if (typeof match === 'string') return match;
  const { macro, verdict } = /^(?<macro>\S+)\((?<verdict>ACCEPT|DROP|REJECT)\)$/u.exec(target)?.groups ?? {};
  const isMacro = type !== 'group' && macro !== undefined && verdict !== undefined;
  return {
    enabled: off === '',
    type,
    action: isMacro ? verdict : target,
    ...(isMacro && { macro }),
    ...match,
    ...(note !== undefined && note !== '' && { comment: note }),
  };
}

/** The line that PVE itself writes for a rule, without a line end (Firewall.pm format_rules); a comment is one line. */
export function formatRule(rule: FirewallRule): string {
  const target = rule.macro === undefined ? rule.action : `${rule.macro}(${rule.action})`;
  const words = [`${rule.enabled ? '' : '|'}${rule.type.toUpperCase()}`, target];
  for (const [name, flag] of flags) {
    const value = rule[name];
    if (value === undefined || (rule.type === 'group' && name !== 'iface')) continue;
    words.push(flag, value);
  }
  const note = rule.comment?.replaceAll(/\s+/gu, ' ').trim() ?? '';
  if (note !== '') words.push('#', note);
  return words.join(' ');
}

/** In the order in which PVE writes them. */
const flags: readonly (readonly [keyof RuleMatch, string])[] = [
  ['iface', '-i'],
  ['source', '-source'],
  ['dest', '-dest'],
  ['proto', '-p'],
  ['dport', '-dport'],
  ['sport', '-sport'],
  ['log', '-log'],
  ['icmp-type', '-icmp-type'],
];

/** Each with one space before its value, as PVE wants it; only -i is read behind a group. */
const readers: readonly (readonly [keyof RuleMatch, RegExp])[] = [
  ['iface', /-i (?<value>\S+)\s*/uy],
  ['proto', /(?:-p|--?proto) (?<value>\S+)\s*/uy],
  ['dport', /--?dport (?<value>\S+)\s*/uy],
  ['sport', /--?sport (?<value>\S+)\s*/uy],
  ['source', /--?source (?<value>\S+)\s*/uy],
  ['dest', /--?dest (?<value>\S+)\s*/uy],
  ['log', /--?log (?<value>emerg|alert|crit|err|warning|notice|info|debug|nolog)\s*/uy],
  ['icmp-type', /--?icmp-type (?<value>\S+)\s*/uy],
];

function readParameters(type: RuleType, text: string): RuleMatch | string {
  const known = type === 'group' ? readers.slice(0, 1) : readers;
  const found: Partial<Record<keyof RuleMatch, string>> = {};
  let at = 0;
  while (at < text.length) {
    const next = readAt(known, text, at);
    if (next === undefined) {
      const rest = quote(text.slice(at));
      return `${rest} is no parameter of a rule; ${known.map(([name]) => `-${name === 'iface' ? 'i' : name}`).join(', ')} are known`;
    }
    found[next.name] = next.value;
    at = next.end;
  }
  return found;
}

function readAt(
  known: typeof readers,
  text: string,
  at: number,
): { readonly name: keyof RuleMatch; readonly value: string; readonly end: number } | undefined {
  for (const [name, pattern] of known) {
    pattern.lastIndex = at;
    const value = pattern.exec(text)?.groups?.['value'];
    if (value !== undefined) return { name, value, end: pattern.lastIndex };
  }
  return undefined;
}

const quote = (text: string): string => `"${text.length > 60 ? `${text.slice(0, 57)}...` : text}"`;
