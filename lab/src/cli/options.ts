import { plainFleet, readFleet, withOwnAddresses, type FleetDefinition } from '../fleet/definition.ts';
import { FAULT_HELP, parseFault, type Fault } from '../fleet/faults.ts';
import { UsageError, withNearest, type Flags, type FlagTable } from './flags.ts';

/** The flags that `start` and `run` share. */
export const LAB_FLAGS: FlagTable = {
  valued: ['nodes', 'fleet', 'version', 'fault', 'state', 'inventory', 'seed'],
  plain: ['help', 'addresses'],
};

export interface TargetedFault {
  readonly target: string;
  readonly fault: Fault;
}

/** The fleet that the flags ask for. Throws UsageError. */
export function fleetOf(flags: Flags): FleetDefinition {
  const fleet = chosenFleet(flags);
  return flags.values.has('addresses') ? withOwnAddresses(fleet) : fleet;
}

function chosenFleet({ values }: Flags): FleetDefinition {
  const version = values.get('version')?.at(-1) ?? '9';
  if (version !== '8' && version !== '9')
    throw new UsageError(`Cannot simulate PVE ${version}: the lab knows 8 and 9.`);
  const fleet = values.get('fleet')?.at(-1);
  const nodes = values.get('nodes')?.at(-1);
  if (fleet !== undefined && nodes !== undefined)
    throw new UsageError('--nodes and --fleet exclude each other.');
  if (fleet !== undefined) return usage(() => readFleet(fleet, version));
  const count = Number(nodes ?? 3);
  if (!Number.isInteger(count) || count < 1 || count > 64)
    throw new UsageError(`Cannot simulate ${nodes} nodes: wanted a number from 1 to 64.`);
  return plainFleet(count, version);
}

/** The faults that the flags ask for, each on a node or cluster of the fleet. Throws UsageError. */
export function faultsOf({ values }: Flags, fleet: FleetDefinition): readonly TargetedFault[] {
  return (values.get('fault') ?? []).map((text) => {
    const parsed = parseFault(text);
    if (parsed === undefined)
      throw new UsageError(
        `Cannot set the fault ${text}: wanted one of ${FAULT_HELP.map(([form]) => form).join(', ')}.`,
      );
    const targets =
      parsed.fault.kind === 'no-quorum'
        ? fleet.clusters.flatMap(({ name }) => name ?? [])
        : fleet.clusters.flatMap(({ nodes }) => nodes.map(({ host }) => host));
    if (targets.includes(parsed.target)) return parsed;
    throw new UsageError(
      withNearest(
        `Cannot set the fault ${text}: the fleet has ${targets.join(', ')}.`,
        parsed.target,
        targets,
      ),
    );
  });
}

/** The seed for random values. Throws UsageError. */
export function seedOf({ values }: Flags): number | undefined {
  const text = values.get('seed')?.at(-1);
  if (text !== undefined && !/^\d+$/.test(text))
    throw new UsageError(`Cannot use the seed ${text}: wanted a whole number.`);
  return text === undefined ? undefined : Number(text);
}

function usage<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
