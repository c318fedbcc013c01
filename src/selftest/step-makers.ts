import type { Declared, Expectation, TestStep } from './test-step.ts';

type Args = Readonly<Record<string, unknown>>;

/** Makers of the steps of one guest's table: what differs from row to row is a title, arguments and what is expected. */
export interface StepMakers {
  /** The guest is declared so. */
  readonly declare: (title: string, args: Args, expects: Expectation) => TestStep;
  /** Something is done to the guest, or a snapshot of it declared. */
  readonly act: (title: string, kind: string, args: Args, expects: Expectation) => TestStep;
  /** The same for what is done anew each time that it is asked for. */
  readonly again: (title: string, kind: string, args: Args, expects: Expectation) => TestStep;
  /** PVE's own command, as it is. */
  readonly command: (title: string, argv: readonly string[], expects: Expectation) => TestStep;
}

export function stepMakers(group: TestStep['group'], vmid: number, node: string): StepMakers {
  const bring = (title: string, declared: Declared, expects: Expectation): TestStep => ({
    title,
    group,
    does: { declares: [declared] },
    expects,
  });
  return {
    declare: (title, args, expects) => bring(title, { kind: group, args: { vmid, node, ...args } }, expects),
    act: (title, kind, args, expects) => bring(title, { kind, args: { vmid, ...args } }, expects),
    again: (title, kind, args, expects) => ({
      title,
      group,
      does: { declares: [{ kind, args: { vmid, ...args } }], repeats: true },
      expects,
    }),
    command: (title, argv, expects) => ({ title, group, does: { runs: argv }, expects }),
  };
}

/** Lines of a config that come (+) or go (-): options with their values, left out where undefined; in a section of the file. */
export function lines(
  sign: '+' | '-',
  options: Readonly<Record<string, string | undefined>>,
  section?: string,
): readonly string[] {
  const prefix = section === undefined ? sign : `${sign}[${section}] `;
  return Object.entries(options).flatMap(([option, value]) =>
    value === undefined ? [] : [`${prefix}${option}: ${value}`],
  );
}
