import type { ActionResult } from './action.ts';
import type { HostRead } from './host/facts.ts';
import { foreseen } from './host/foreseen.ts';
import { flag, optional, plainText, preset } from './host/parameters.ts';
import type { Values } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const table = {
  name: 'getent',
  parameters: {
    database: plainText('passwd, group, hosts, …'),
    key: optional(plainText('One entry; left out: all.')),
    service: optional(plainText('Asked in place of what /etc/nsswitch.conf says.')),
    split: optional(plainText('What stands between the fields of a line; blanks unless said, or ":".')),
    fail_key: preset(flag('Fail where there is no such entry; no: the entry is null.'), true),
  },
  notYet: [],
};

type GetentValues = Values<typeof table.parameters>;

/** What getent(1) says by its exit code. */
const TROUBLES: Readonly<Record<number, string>> = {
  1: 'arguments are missing, or there is no such database',
  2: 'there is no such entry',
  3: 'its entries can not be listed',
};

/** Entries of a database of users, groups or hosts, as Ansible's module: ansible_facts.getent_DATABASE, fields by keys. */
export const getent = tableAction({
  ...table,
  help: 'Puts entries of passwd, group or another database into `ansible_facts.getent_DATABASE`, fields by keys.',
  changes: false,
  foresee: foreseen(table, (values) => [readOf(values)]),
  async run(values, context) {
    const { database, key, fail_key: mustBe } = values;
    const facts = await context.look([readOf(values)], 'known');
    if (!facts.ok) return failed(...facts.diagnostics);
    const { exit, text } = facts.value.output(argvOf(values));
    if (exit === 0) return found(database, entriesOf(text, values));
    if (exit === 2 && key !== undefined && !mustBe) return found(database, { [key]: null });
    const what = key === undefined ? database : `${key} in ${database}`;
    return failed(taskFailed(context, `Cannot look up ${what}: ${TROUBLES[exit] ?? `exit code ${exit}`}`));
  },
});

const argvOf = ({ database, key, service }: GetentValues): readonly string[] => [
  'getent',
  database,
  ...(key === undefined ? [] : [key]),
  ...(service === undefined ? [] : ['-s', service]),
];

const readOf = (values: GetentValues): HostRead => ({
  read: 'output',
  argv: argvOf(values),
  timeoutSeconds: 30,
});

function found(database: string, entries: Readonly<Record<string, unknown>>): ActionResult {
  const gathered = { [`getent_${database}`]: entries };
  return { outcome: 'ok', gathered, result: { ansible_facts: gathered }, diagnostics: [] };
}

/** The fields of each entry; of a key that comes more than once a list of them. */
function entriesOf(text: string, { database, split }: GetentValues): Readonly<Record<string, unknown>> {
  const entries = new Map<string, (readonly string[])[]>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [key = '', ...fields] = fieldsOf(line, split ?? (WITH_COLONS.includes(database) ? ':' : undefined));
    entries.set(key, [...(entries.get(key) ?? []), fields]);
  }
  return Object.fromEntries([...entries].map(([key, all]) => [key, all.length === 1 ? all[0] : all]));
}

const WITH_COLONS = ['passwd', 'shadow', 'group', 'gshadow'];

const fieldsOf = (line: string, split: string | undefined): readonly string[] =>
  split === undefined ? line.trim().split(/\s+/u) : line.split(split);
