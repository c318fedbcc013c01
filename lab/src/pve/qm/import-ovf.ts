import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { usableStorage } from '../storage/config.ts';

/** `qm importovf`, as far as PVE refuses it before it reads the manifest. Throws Failure. */
export function importOvf({ machine }: Session, { manifest = '', storage = '' }: Parameters): never {
  if (machine.files.read(manifest) === undefined) die(`${manifest}: non-existent or non-regular file`);
  usableStorage(machine, storage);
  return die("pvefleet-lab: 'qm importovf' of a manifest that is there is not modelled");
}
