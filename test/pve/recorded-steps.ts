import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A command line that the real tools of PVE 9.2 took, or refused for its parameters. */
export interface RecordedStep {
  readonly from: string;
  readonly node: string;
  readonly argv: readonly string[];
  /** "400 Parameter verification failed" or "400 unable to parse option", whatever the node holds. */
  readonly refused: boolean;
}

/** The copied sample. */
export function sampledSteps(): readonly RecordedStep[] {
  return ['recorded-calls.json', 'recorded-tool-calls.json'].flatMap((name) => {
    const steps: readonly RecordedStep[] = JSON.parse(
      readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8'),
    );
    return steps;
  });
}

interface Step {
  readonly node: string;
  readonly argv: readonly string[];
  readonly exit: number;
  readonly stderr: string;
}

const recordings = new URL('../../../shared/pve/recordings/', import.meta.url);
const tools = new Set('qm pct pvesm pvesh pveum ha-manager vzdump pvesr pvenode'.split(' '));

/** Every step of the recordings that was taken, or refused for its parameters; [] where they are not at hand. */
export function recordedSteps(): readonly RecordedStep[] {
  if (!existsSync(recordings)) return [];
  return readdirSync(recordings)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const { steps }: { readonly steps: readonly Step[] } = JSON.parse(
        readFileSync(new URL(name, recordings), 'utf8'),
      );
      return steps.flatMap((step) => classified(name.replace('.json', ''), step));
    });
}

function classified(from: string, { node, argv, exit, stderr }: Step): readonly RecordedStep[] {
  if (!tools.has(argv[0] ?? '')) return [];
  const refused = /^400 (?:Parameter verification failed|unable to parse option)/mu.test(stderr);
  if (refused ? dependsOnState.test(stderr) : exit !== 0 || stderr.includes('400 ')) return [];
  return [{ from, node, argv, refused }];
}

/** Refusals that depend on what is on the node, or runs there. */
const dependsOnState =
  /already exists|does not exist|no such|already used|already in use|hotplug|realm default|^output-format: |Unknown option: output-format/imu;
