/** A rule by the names of PVE's API: `type`, `action`, `macro`, `iface`, `source`, ...; `enable` is 1 or 0, 1 if it is not there. */
export type Rule = Map<string, string>;

/** Options of a rule's line, in the order in which PVE writes them (PVE::Firewall format_rules). */
const FLAGS: readonly (readonly [string, string])[] = [
  ['iface', 'i'],
  ['source', 'source'],
  ['dest', 'dest'],
  ['proto', 'p'],
  ['dport', 'dport'],
  ['sport', 'sport'],
  ['log', 'log'],
  ['icmp-type', 'icmp-type'],
];

/** All that can be said of a rule. */
export const RULE_PROPERTIES: ReadonlySet<string> = new Set([
  'type',
  'action',
  'macro',
  'enable',
  'comment',
  ...FLAGS.map(([name]) => name),
]);

/** Reads a line of a firewall file (parse_fw_rule); undefined for one that is no rule. */
export function parseRule(line: string): Rule | undefined {
  const [, off, type = '', action = '', options = '', comment] =
    /^(\|)?(\S+)\s+(\S+)\s*([^#]*)(?:#\s*(.*?)\s*)?$/.exec(line) ?? [];
  if (!/^(?:in|out|forward|group)$/i.test(type)) return undefined;
  const rule: Rule = new Map([
    ['type', type.toLowerCase()],
    ['action', action],
    ['enable', off === undefined ? '1' : '0'],
  ]);
  const [, macro, within] = /^(\S+)\((ACCEPT|DROP|REJECT)\)$/.exec(action) ?? [];
  if (macro !== undefined && within !== undefined) {
    rule.set('macro', macro);
    rule.set('action', within);
  }
  for (const [, flag, value = ''] of options.matchAll(/--?([\w-]+)\s+(\S+)/g)) {
    const name = flag === 'proto' ? 'proto' : FLAGS.find(([, each]) => each === flag)?.[0];
    if (name !== undefined) rule.set(name, value);
  }
  if (comment !== undefined && comment !== '') rule.set('comment', comment);
  return rule;
}

/** Writes a rule's line, without the line feed. */
export function printRule(rule: Rule): string {
  const type = rule.get('type') ?? '';
  const macro = rule.get('macro');
  const action = macro === undefined ? rule.get('action') : `${macro}(${rule.get('action')})`;
  const flags = FLAGS.filter(([name]) => type !== 'group' || name === 'iface').flatMap(([name, flag]) => {
    const value = rule.get(name) ?? '';
    return value === '' ? [] : [` -${flag} ${value}`];
  });
  const comment = rule.get('comment')?.trim() ?? '';
  return `${rule.get('enable') === '0' ? '|' : ''}${type.toUpperCase()} ${action}${flags.join('')}${comment === '' ? '' : ` # ${rule.get('comment')}`}`;
}
