import type { Facts, HostRead } from './host/facts.ts';
import { choice, list, preset } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const NATIVE = ['dpkg', '--print-architecture'];
const LIST = [
  'dpkg-query',
  '-W',
  '-f',
  '${Package}\\t${Version}\\t${Architecture}\\t${Section}\\t${db:Status-Status}\\n',
];

const READS: readonly HostRead[] = [NATIVE, LIST].map((argv) => ({
  read: 'output',
  argv,
  timeoutSeconds: 60,
}));

/** Which packages are installed, as Ansible's module has it from apt: ansible_facts.packages, a list for each name. */
export const packageFacts = tableAction({
  name: 'package_facts',
  help: 'Puts the packages of the node into `ansible_facts.packages`: a list for each name, with version, arch and category.',
  parameters: {
    manager: preset(list('Whom to ask: auto or apt.'), ['auto']),
    strategy: preset(choice(['first', 'all'], 'Taken; there is but one to ask.'), 'first'),
  },
  notYet: [],
  check: ({ manager }) =>
    manager.some((one) => ['auto', 'apt'].includes(one.toLowerCase()))
      ? []
      : [
          {
            argument: 'manager',
            what: `"manager" is wrong: it is "${manager.join(', ')}"; auto or apt is wanted`,
          },
        ],
  changes: false,
  foresee: () => READS,
  async run(_, context) {
    const facts = await context.look(READS, 'known');
    if (!facts.ok) return failed(...facts.diagnostics);
    const { exit, text } = facts.value.output(LIST);
    if (exit !== 0)
      return failed(taskFailed(context, `Cannot list the packages: exit code ${exit}; it said: ${text}`));
    const gathered = { packages: packagesOf(facts.value, text) };
    return { outcome: 'ok', gathered, result: { ansible_facts: gathered }, diagnostics: [] };
  },
});

type Package = Readonly<Record<'name' | 'version' | 'arch' | 'category' | 'source', string>>;

/** One of another architecture has it in its name, as apt's own library gives it. */
function packagesOf(facts: Facts, text: string): Readonly<Record<string, readonly Package[]>> {
  const native = [facts.output(NATIVE).text.trim(), 'all'];
  const packages: Record<string, readonly Package[]> = {};
  for (const line of text.split('\n')) {
    const [bare = '', version = '', arch = '', category = '', status = ''] = line.split('\t');
    if (['', 'config-files', 'not-installed'].includes(status)) continue;
    const name = native.includes(arch) ? bare : `${bare}:${arch}`;
    packages[name] = [{ name, version, arch, category, source: 'apt' }];
  }
  return packages;
}
