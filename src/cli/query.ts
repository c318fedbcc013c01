import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  from: { value: 'DIR', help: 'ask a saved survey or a copy of /etc/pve in DIR; no node is connected to' },
  cluster: { value: 'NAME', help: 'which cluster, where the inventory has several' },
  capabilities: { help: 'print what the plugin contract may count on, and ask no node' },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: '',
  about: [
    'For other programs: prints as JSON what a cluster is, as a state document that declares exactly that: {cluster, vms, containers}. "pvefleet diff" of it has nothing but NoOp. Nothing is changed.',
  ],
  examples: [
    ['pvefleet query --json >state.json', 'What is:'],
    ['pvefleet query --capabilities --json', 'What the contract may count on:'],
  ],
};

type QueryContext = CliContext<typeof flags>;

export async function run(context: QueryContext): Promise<number> {
  const { stdout, stderr, flags: given } = context;
  const print = (value: unknown): void => stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  if (given.capabilities) {
    print((await import('../contract/shapes.ts')).capabilities);
    return exitCode.done;
  }
  const [{ printDiagnostics }, { surveyOrSaved }] = await Promise.all([
    import('./print-diagnostics.ts'),
    import('./read-survey.ts'),
  ]);
  const survey = await surveyOrSaved(context);
  const state = survey.ok ? await stateOf(survey.value, given.cluster) : survey;
  const told = survey.ok ? [...survey.warnings, ...survey.value.unreachable] : [];
  const problems = state.ok ? told : [...told, ...state.diagnostics];
  printDiagnostics(problems, stderr);
  if (state.ok) print(state.value);
  return exitCodeFor(problems);
}

async function stateOf({ clusters }: Survey, name: string | undefined): Promise<Result<unknown>> {
  const names = clusters.map(({ cluster }) => cluster);
  const [first, ...others] =
    name === undefined ? clusters : clusters.filter(({ cluster }) => cluster === name);
  if (first === undefined) {
    const { didYouMean } = await import('../text/did-you-mean.ts');
    const which = name === undefined ? 'no cluster' : `no cluster "${name}"`;
    return fail(problem(`${which} answered${name === undefined ? '' : didYouMean(name, names)}`));
  }
  if (others.length > 0)
    return fail(problem(`there are the clusters ${names.join(', ')}; --cluster NAME is wanted`));
  const [{ queryState }, { isUnknown }] = await Promise.all([
    import('../contract/state.ts'),
    import('../snapshot/snapshot.ts'),
  ]);
  const state = queryState(first);
  return isUnknown(state)
    ? fail({
        ...problem(`not all of ${first.cluster} is known, as ${state.unknown}`),
        trouble: 'unreachable',
      })
    : ok(state);
}

function problem(why: string): Diagnostic {
  return {
    code: 'contract/query',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot tell what the cluster is: ${why}`,
  };
}
