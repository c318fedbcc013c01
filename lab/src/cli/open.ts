import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startLab, type Lab } from '../lab.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './flags.ts';
import { faultsOf, fleetOf, seedOf } from './options.ts';
import { loadState, saveState, writeLabFiles, type LabPaths } from './state.ts';

export interface OpenLab {
  readonly lab: Lab;
  readonly paths: LabPaths;
  /** Saves what is to be kept, stops the servers and removes what was temporary. */
  readonly close: () => Promise<void>;
}

const SAVE_EVERY_MS = 2000;

/** Starts the lab that the flags describe and writes its files. Throws UsageError. */
export async function openLab(flags: Flags): Promise<OpenLab> {
  const fleet = fleetOf(flags);
  const faults = faultsOf(flags, fleet);
  const seed = seedOf(flags);
  const [kept, inventory] = ['state', 'inventory']
    .map((name) => flags.values.get(name)?.at(-1))
    .map((path) => path && resolve(path));
  const earlier = kept === undefined ? {} : loadState(kept, fleet);
  const lab = await startLab({ fleet, ...earlier, ...(seed === undefined ? {} : { seed }) }).catch(
    (error: unknown) => {
      if (isPortTaken(error))
        throw new UsageError(
          `Cannot start the lab: port ${error.port} of its last run is taken; is it still running?`,
        );
      throw error;
    },
  );
  for (const { target, fault } of faults) lab.faults.add(target, fault);
  const directory = kept ?? mkdtempSync(join(tmpdir(), 'pvefleet-lab-'));
  const paths = writeLabFiles(directory, lab, inventory);
  const save = (): void => saveState(directory, fleet, lab);
  const timer = kept === undefined ? undefined : setInterval(save, SAVE_EVERY_MS);
  if (kept !== undefined) save();
  return {
    lab,
    paths,
    async close() {
      clearInterval(timer);
      if (kept !== undefined) save();
      await lab.close();
      if (kept === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function isPortTaken(error: unknown): error is { port: number } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
}
