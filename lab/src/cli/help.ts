import { FAULT_HELP } from '../fleet/faults.ts';

const FAULTS = FAULT_HELP.map(([form, effect]) => `  ${form.padEnd(20)} ${effect}`).join('\n');

/** What `--help` prints. */
export const HELP = `pvefleet-lab: a simulated Proxmox VE fleet behind real SSH servers on loopback

  pvefleet-lab start [flags]                 serves until it is stopped; writes an inventory, a key and known_hosts
  pvefleet-lab run [flags] -- COMMAND ...    starts, runs COMMAND with PVEFLEET_INVENTORY set, stops; its exit code
  pvefleet-lab replay RECORDING.json ...     replays recordings of real PVE commands and prints the differences

Flags of start and run:
  --nodes N            one cluster "lab" of pve1 ... pveN; 1 is a lone node (default: 3)
  --fleet NAME|FILE    lab, lone, sites; or a YAML file with \`clusters: {NAME: [NODE, ...]}\` and \`nodes: [NODE, ...]\`
  --version 8|9        PVE version (default: 9)
  --addresses          each node on an address of its own and all on one port, as \`pvefleet init\` finds them
  --inventory FILE     where to write the inventory (default: beside the key)
  --state DIR          keep keys, ports and files there, and go on from them
  --fault FAULT        break something; may be repeated
  --seed N             the same random values each time

Faults:
${FAULTS}
`;
