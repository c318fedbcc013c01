import { createCluster } from '../../../lab/src/cluster.ts';
import type { Machine, Ran } from '../../../lab/src/machine.ts';
import { pveCommands } from '../../../lab/src/pve/commands.ts';

/** A cluster of freshly installed nodes whose time passes only while a command waits. */
export function freshNodes(
  names: readonly string[],
  options: { readonly isDown?: () => boolean; readonly hasLostQuorum?: () => boolean } = {},
): ReadonlyMap<string, Machine> {
  let now = 1795457000;
  const nodes = names.map((name, index) => ({ name, ip: `10.0.0.${index + 1}` }));
  const sleep = async (seconds: number): Promise<void> => {
    now += seconds;
    await Promise.resolve();
  };
  return createCluster({
    ...(names.length > 1 ? { name: 'prod' } : {}),
    nodes,
    seed: 1,
    clock: () => Math.floor(now),
    sleep,
    ...options,
  }).machines;
}

/** Runs one that reads from its input. */
export async function runPveWith(input: string, machine: Machine, line: string): Promise<Ran> {
  const [name = '', ...words] = line.split(' ');
  const command = pveCommands.get(name);
  if (command === undefined) throw new Error(`the lab has no ${name}`);
  return command(machine, words, {
    stdin: input,
    env: { LC_ALL: 'C.UTF-8' },
    signal: new AbortController().signal,
  });
}

/** Runs one PVE command on a node, its words separated by blanks; `argv` gives those that hold blanks. */
export async function runPve(machine: Machine, line: string, ...argv: readonly string[]): Promise<Ran> {
  const [name = '', ...words] = line.split(' ');
  const command = pveCommands.get(name);
  if (command === undefined) throw new Error(`the lab has no ${name}`);
  return command(machine, [...words, ...argv], {
    stdin: '',
    env: { LC_ALL: 'C.UTF-8' },
    signal: new AbortController().signal,
  });
}
