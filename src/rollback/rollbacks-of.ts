import { chainOf, listChains } from '../journal/run-chain.ts';

/** The runs that took this one back, or the run that it resumed; what could not be read is left out. */
export async function rollbacksOf(run: string, directory: string): Promise<readonly string[]> {
  const chain = await chainOf(directory, run);
  const first = chain.ok ? chain.value.first : run;
  const later = await listChains(directory, first);
  return (later.ok ? later.value : []).flatMap(({ runs }) =>
    runs.some(({ opened }) => opened?.rollsBack === first) && runs.some(({ closed }) => closed?.done !== 0)
      ? [runs[0].run]
      : [],
  );
}
