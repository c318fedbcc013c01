import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { checkDigest, withDigest } from './digest.ts';
import type { RulesOwner } from './firewall-file.ts';
import { RULE_PROPERTIES, type Rule } from './rule.ts';
import { openScope, type Scope } from './scope.ts';
import { ipVersion, verifyRule } from './verify-rule.ts';

interface Rules {
  readonly scope: Scope;
  readonly rules: Rule[];
  readonly save: (rules: readonly Rule[]) => void;
}

function openRules(owner: RulesOwner, session: Session, given: Parameters): Rules {
  const scope = openScope(owner === 'group' ? 'cluster' : owner, session, given);
  if (owner !== 'group')
    return {
      scope,
      rules: scope.file.rules,
      save: (rules) => {
        scope.file.rules = [...rules];
        scope.save();
      },
    };
  const group =
    scope.file.groups.get((given['group'] ?? '').toLowerCase()) ??
    die(`no such security group '${given['group']}'`);
  return {
    scope,
    rules: group.entries,
    save: (rules) => {
      group.entries = [...rules];
      scope.save();
    },
  };
}

/** Takes over what is given of a rule; an empty text or a dash takes away (copy_rule_data). */
function copyInto(rule: Rule, given: Parameters): void {
  for (const [name, value] of Object.entries(given)) {
    if (!RULE_PROPERTIES.has(name) || value === undefined) continue;
    if (value === '' || value === '-') rule.delete(name);
    else rule.set(name, value);
  }
}

function rowOf(rule: Rule, { file, cluster }: Scope): { readonly [key: string]: Json } {
  const values = [...rule].map(([name, value]): [string, Json] => [
    name,
    name === 'enable' ? Number(value) : value,
  ]);
  const version = ipVersion(rule, [file, cluster]);
  return { ...Object.fromEntries(values), ...(version === undefined ? {} : { ipversion: version }) };
}

const rowsOf = ({ rules, scope }: Rules): readonly { readonly [key: string]: Json }[] =>
  rules.map((rule) => rowOf(rule, scope));

/** GET .../rules. Throws Failure. */
export function ruleRows(owner: RulesOwner, session: Session, given: Parameters): Json {
  return withDigest(rowsOf(openRules(owner, session, given))).map((row, pos) => ({ ...row, pos }));
}

/** GET .../rules/{pos}. Throws Failure. */
export function oneRule(owner: RulesOwner, session: Session, given: Parameters): Json {
  const { pos = '' } = given;
  const row = withDigest(rowsOf(openRules(owner, session, given)))[Number(pos)];
  return row === undefined ? die(`no rule at position ${pos}`) : { ...row, pos };
}

function ruleAt(rules: readonly Rule[], pos: string): Rule {
  return rules[Number(pos)] ?? die(`no rule at position ${pos}`);
}

/** POST .../rules: the new rule is the first, and off unless told otherwise. Throws Failure. */
export function createRule(owner: RulesOwner, session: Session, given: Parameters): void {
  const { scope, rules, save } = openRules(owner, session, given);
  const rule: Rule = new Map([['enable', '0']]);
  copyInto(rule, given);
  verifyRule(rule, owner, [scope.file, scope.cluster]);
  save([rule, ...rules]);
}

/** PUT .../rules/{pos}: moves a rule, or changes it. Throws Failure. */
export function updateRule(owner: RulesOwner, session: Session, given: Parameters): void {
  const { pos = '', moveto, delete: gone = '', digest } = given;
  const opened = openRules(owner, session, given);
  const { scope, rules, save } = opened;
  checkDigest(rowsOf(opened), digest);
  const rule = ruleAt(rules, pos);
  if (moveto !== undefined && moveto !== pos) {
    save(moved(rules, rule, Number(moveto)));
    return;
  }
  copyInto(rule, given);
  for (const name of splitList(gone)) {
    if (!RULE_PROPERTIES.has(name)) refuseParameters({ delete: `no such property ('${name}')` });
    if (name === 'type' || name === 'action')
      refuseParameters({ delete: `unable to delete required property '${name}'` });
    rule.delete(name);
  }
  verifyRule(rule, owner, [scope.file, scope.cluster]);
  save(rules);
}

/** The rule stands before the one that is at the place now. */
function moved(rules: readonly Rule[], rule: Rule, to: number): readonly Rule[] {
  const others = rules.flatMap((one, at) => {
    if (one === rule) return [];
    return at === to ? [rule, one] : [one];
  });
  return to >= rules.length ? [...others, rule] : others;
}

/** DELETE .../rules/{pos}. Throws Failure. */
export function deleteRule(owner: RulesOwner, session: Session, given: Parameters): void {
  const opened = openRules(owner, session, given);
  checkDigest(rowsOf(opened), given['digest']);
  const rule = ruleAt(opened.rules, given['pos'] ?? '');
  opened.save(opened.rules.filter((one) => one !== rule));
}
