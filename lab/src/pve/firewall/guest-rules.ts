import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { parseRule, printRule, RULE_PROPERTIES, type Rule } from './rule.ts';
import { verifyGuestRule, type KnownNames } from './verify-rule.ts';

const FOLDER = '/etc/pve/firewall';

/** The rules of a guest's firewall file, and the text of the sections before them, which PVE writes first. */
function readFile({ files }: Machine, vmid: string): { readonly head: string; readonly rules: Rule[] } {
  const [head = '', rules = ''] = (files.read(`${FOLDER}/${vmid}.fw`) ?? '').split(/^\[RULES\]\n/im);
  return { head, rules: rules.split('\n').flatMap((line) => parseRule(line) ?? []) };
}

function writeFile({ files }: Machine, vmid: string, head: string, rules: readonly Rule[]): void {
  const lines = rules.map((rule) => `${printRule(rule)}\n`).join('');
  const text = head + (lines === '' ? '' : `[RULES]\n\n${lines}\n`);
  if (text === '') files.remove(`${FOLDER}/${vmid}.fw`);
  else files.write(`${FOLDER}/${vmid}.fw`, text);
}

/** The aliases and IP sets of the guest and of the datacenter. */
function knownNames({ files }: Machine, vmid: string): KnownNames {
  const texts = ['cluster', vmid].map((name) => files.read(`${FOLDER}/${name}.fw`) ?? '');
  const sections = texts.map((text) => /^\[ALIASES\]\n((?:(?!\[).*\n?)*)/im.exec(text)?.[1] ?? '');
  const all = (text: string, pattern: RegExp): string[] =>
    [...text.matchAll(pattern)].map(([, name = '']) => name);
  return {
    aliases: new Set(
      sections.flatMap((text) => all(text, /^([A-Za-z][\w-]+)\s/gm)).map((name) => name.toLowerCase()),
    ),
    ipsets: new Set(texts.flatMap((text) => all(text, /^\[IPSET ([\w-]+)\]/gim))),
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

function rulesDigest(rules: readonly Rule[]): string {
  return digestOf(rules.map(printRule).join('\n'));
}

function rowOf(rule: Rule, pos: number, digest: string): { readonly [key: string]: Json } {
  const values = [...rule].map(([name, value]): [string, Json] => [
    name,
    name === 'enable' ? Number(value) : value,
  ]);
  return { ...Object.fromEntries(values), digest, pos };
}

/** GET .../firewall/rules. */
export function guestRules({ machine }: Session, { vmid = '' }: Parameters): Json {
  const { rules } = readFile(machine, vmid);
  return rules.map((rule, pos) => rowOf(rule, pos, rulesDigest(rules)));
}

/** GET .../firewall/rules/{pos}. Throws Failure. */
export function guestRule({ machine }: Session, { vmid = '', pos = '' }: Parameters): Json {
  const { rules } = readFile(machine, vmid);
  return rowOf(ruleAt(rules, pos), Number(pos), rulesDigest(rules));
}

function ruleAt(rules: readonly Rule[], pos: string): Rule {
  return rules[Number(pos)] ?? die(`no rule at position ${pos}`);
}

function checkDigest(rules: readonly Rule[], digest: string | undefined): void {
  if (digest !== undefined && digest !== rulesDigest(rules))
    die('detected modified configuration - file changed by other user? Try again.');
}

/** POST .../firewall/rules: the new rule is the first, and off unless told otherwise. Throws Failure. */
export function createRule({ machine }: Session, given: Parameters): null {
  const { vmid = '' } = given;
  const { head, rules } = readFile(machine, vmid);
  const rule: Rule = new Map([['enable', '0']]);
  copyInto(rule, given);
  verifyGuestRule(rule, knownNames(machine, vmid));
  writeFile(machine, vmid, head, [rule, ...rules]);
  return null;
}

/** PUT .../firewall/rules/{pos}: moves a rule, or changes it. Throws Failure. */
export function updateRule({ machine }: Session, given: Parameters): null {
  const { vmid = '', pos = '', moveto, delete: gone = '', digest } = given;
  const { head, rules } = readFile(machine, vmid);
  checkDigest(rules, digest);
  const rule = ruleAt(rules, pos);
  if (moveto !== undefined && moveto !== pos) {
    writeFile(machine, vmid, head, moved(rules, rule, Number(moveto)));
    return null;
  }
  copyInto(rule, given);
  for (const name of splitList(gone)) {
    if (!RULE_PROPERTIES.has(name)) refuseParameters({ delete: `no such property ('${name}')` });
    if (name === 'type' || name === 'action')
      refuseParameters({ delete: `unable to delete required property '${name}'` });
    rule.delete(name);
  }
  verifyGuestRule(rule, knownNames(machine, vmid));
  writeFile(machine, vmid, head, rules);
  return null;
}

/** The rule stands before the one that is at the place now. */
function moved(rules: readonly Rule[], rule: Rule, to: number): readonly Rule[] {
  const others = rules.flatMap((one, at) => {
    if (one === rule) return [];
    return at === to ? [rule, one] : [one];
  });
  return to >= rules.length ? [...others, rule] : others;
}

/** DELETE .../firewall/rules/{pos}. Throws Failure. */
export function deleteRule({ machine }: Session, { vmid = '', pos = '', digest }: Parameters): null {
  const { head, rules } = readFile(machine, vmid);
  checkDigest(rules, digest);
  const rule = ruleAt(rules, pos);
  writeFile(
    machine,
    vmid,
    head,
    rules.filter((one) => one !== rule),
  );
  return null;
}
