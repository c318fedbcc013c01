import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import { plainText, type Json } from '../pvesh/format.ts';
import { isHaResource } from '../guest/references.ts';
import { refuseWithoutQuorum } from '../guest/store.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { printSections, readSections, type ConfigSection } from './section-file.ts';

const RULES = '/etc/pve/ha/rules.cfg';

const TYPES = ['node-affinity', 'resource-affinity'];
const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  'node-affinity': ['nodes', 'strict'],
  'resource-affinity': ['affinity'],
};

export const RULE_ID = { type: 'string', format: 'pve-configid' };

/** The parameters of a rule, as PVE's schema of /cluster/ha/rules has them. */
const RULE: Properties = {
  type: { type: 'string', enum: TYPES },
  rule: RULE_ID,
  affinity: { type: 'string', enum: ['positive', 'negative'], optional: 1 },
  comment: { type: 'string', maxLength: 4096, optional: 1 },
  disable: { type: 'boolean', optional: 1 },
  nodes: { type: 'string', format: 'pve-ha-node-list', optional: 1 },
  strict: { type: 'boolean', optional: 1 },
};

export const NEW_RULE: Properties = {
  ...RULE,
  // That it is needed is of the type.
  resources: { type: 'string', format: 'pve-ha-resource-id-list', optional: 1 },
};

export const CHANGED_RULE: Properties = {
  ...RULE,
  resources: { type: 'string', format: 'pve-ha-resource-id-list', optional: 1 },
  delete: { type: 'string', format: 'pve-configid-list', maxLength: 4096, optional: 1 },
  digest: { type: 'string', maxLength: 64, optional: 1 },
};

function readRules(machine: Machine): ConfigSection[] {
  return readSections(machine.files.read(RULES) ?? '');
}

/** Changes rules.cfg; what fails is said to be what failed. Throws Failure. */
function edit(
  { machine }: Session,
  what: string,
  change: (rules: ConfigSection[]) => readonly ConfigSection[],
): void {
  refuseWithoutQuorum(machine);
  try {
    const rules = change(readRules(machine));
    machine.files.write(
      RULES,
      printSections(rules, (type) =>
        type === 'node-affinity' ? ['nodes', 'resources'] : ['affinity', 'resources'],
      ),
    );
  } catch (thrown) {
    die(`${what}: ${failureText(thrown)}`);
  }
}

/** `ha-manager rules add` (PVE::API2::HA::Rules). Throws Failure. */
export function addRule(session: Session, { type = '', rule = '', ...given }: Parameters): void {
  if (given['resources'] === undefined)
    refuseParameters({ resources: 'property is missing and it is not optional' });
  edit(session, 'create ha rule failed', (rules) => {
    if (rules.some(({ id }) => id === rule)) die(`HA rule '${rule}' already defined`);
    refuseUnknown(session.machine, given);
    const needed = type === 'node-affinity' ? 'nodes' : 'affinity';
    if (given[needed] === undefined) die(`missing value for required option '${needed}'`);
    refuseForeign(type, given);
    const added = { type, id: rule, options: new Map(Object.entries(given)) };
    refuseInfeasible(session.machine, added, rules);
    return [...rules, added];
  });
}

/** `ha-manager rules set`. Throws Failure. */
export function setRule(
  session: Session,
  { type = '', rule = '', delete: deletions = '', digest, ...given }: Parameters,
): void {
  edit(session, 'update HA rules failed', (rules) => {
    const found = rules.find(({ id }) => id === rule) ?? die(`HA rule '${rule}' does not exist`);
    if (digest !== undefined && digest !== digestOf(session.machine.files.read(RULES) ?? ''))
      die('detected modified configuration - file changed by other user? Try again.');
    if (found.type !== type) die("unexpected property 'type'");
    refuseUnknown(session.machine, given);
    refuseForeign(type, given);
    for (const [name, value] of Object.entries(given)) found.options.set(name, value);
    for (const name of splitList(deletions)) found.options.delete(name);
    refuseInfeasible(
      session.machine,
      found,
      rules.filter((other) => other !== found),
    );
    return rules;
  });
}

/** `ha-manager rules remove`: one that is not there is gone already. */
export function removeRule(session: Session, { rule = '' }: Parameters): void {
  edit(session, 'delete ha rule failed', (rules) => rules.filter(({ id }) => id !== rule));
}

function refuseForeign(type: string, given: Parameters): void {
  const others = Object.entries(OF_TYPE).flatMap(([other, names]) => (other === type ? [] : names));
  const foreign = Object.keys(given).find((name) => others.includes(name));
  if (foreign !== undefined) die(`unexpected property '${foreign}'`);
}

function refuseUnknown(machine: Machine, { nodes = '', resources = '' }: Parameters): void {
  const known = new Set(machine.cluster.members.map(({ name }) => name));
  const missing = splitList(nodes)
    .map((node) => node.replace(/:.*$/, ''))
    .filter((node) => !known.has(node));
  if (missing.length > 0) die(`cannot use non-existent node(s) ${missing.join(', ')}.`);
  const unmanaged = splitList(resources).filter((sid) => !isHaResource(machine, sid));
  if (unmanaged.length > 0) die(`cannot use unmanaged resource(s) ${unmanaged.join(', ')}.`);
}

/** Refuses a rule that HA could not keep beside the others (check_feasibility of PVE::HA::Rules). Throws Failure. */
function refuseInfeasible(machine: Machine, rule: ConfigSection, others: readonly ConfigSection[]): void {
  if (rule.options.has('disable') && rule.options.get('disable') !== '0') return;
  const errors = problemsOf(machine, rule, others.filter(isEnabled));
  if (errors.length > 0)
    throw new Failure(`Rule '${rule.id}' is invalid.\n`, 400, new Map([['resources', errors.join(', ')]]));
}

const isEnabled = ({ options }: ConfigSection): boolean => (options.get('disable') ?? '0') === '0';

/** GET /cluster/ha/rules: in the file's order, with what is wrong with each. */
export function ruleRows({ machine }: Session, { type, resource }: Parameters): readonly RuleRow[] {
  const rules = readRules(machine);
  return rules
    .map((rule, at) => ruleRow(machine, rule, at + 1, rules))
    .filter((row) => type === undefined || row['type'] === type)
    .filter(
      ({ resources = '' }) => resource === undefined || splitList(plainText(resources)).includes(resource),
    );
}

type RuleRow = { readonly [key: string]: Json };

function ruleRow(
  machine: Machine,
  rule: ConfigSection,
  order: number,
  rules: readonly ConfigSection[],
): RuleRow {
  const values = [...rule.options].map(([name, value]): [string, Json] => [
    name,
    name === 'strict' || name === 'disable' ? Number(value) : value,
  ]);
  const others = rules.filter((other) => other !== rule && isEnabled(other));
  const errors = isEnabled(rule) ? problemsOf(machine, rule, others) : [];
  return {
    ...Object.fromEntries(values),
    type: rule.type,
    rule: rule.id,
    digest: digestOf(machine.files.read(RULES) ?? ''),
    order,
    ...(errors.length === 0 ? {} : { errors: { resources: errors } }),
  };
}

/** GET /cluster/ha/rules/{rule}. Throws Failure. */
export function oneRule(session: Session, { rule = '' }: Parameters): Json {
  return ruleRows(session, {}).find((row) => row['rule'] === rule) ?? die(`no such ha rule '${rule}'`);
}

/** The same as `ha-manager rules config` tells of them. */
export function ruleStates(session: Session, given: Parameters): Json {
  return ruleRows(session, given).map((row) => ({
    ...row,
    enabled: 'disable' in row ? 0 : 1,
    state: 'errors' in row ? 'ignored (conflicts)' : 'in use',
  }));
}

const sidsOf = ({ options }: ConfigSection): readonly string[] => splitList(options.get('resources') ?? '');

function problemsOf(
  machine: Machine,
  rule: ConfigSection,
  others: readonly ConfigSection[],
): readonly string[] {
  const sids = sidsOf(rule);
  const like = others.filter(({ type }) => type === rule.type);
  if (rule.type === 'node-affinity') {
    const used = sids.filter((sid) => like.some((other) => sidsOf(other).includes(sid)));
    return used.map((sid) => `resource '${sid}' is already used in another node affinity rule`);
  }
  const isNegative = rule.options.get('affinity') === 'negative';
  const shares = like.some(
    (other) =>
      other.options.get('affinity') !== rule.options.get('affinity') &&
      sidsOf(other).filter((sid) => sids.includes(sid)).length > 1,
  );
  return [
    ...(sids.length < 2 ? ['rule is ineffective as there are less than two resources'] : []),
    ...(isNegative &&
    sids.length > machine.cluster.members.length - (machine.cluster.name === undefined ? 1 : 0)
      ? ['rule defines more resources than available nodes']
      : []),
    ...(shares
      ? [
          `rule shares two or more resources with a ${isNegative ? 'positive' : 'negative'} resource affinity rule`,
        ]
      : []),
  ];
}
