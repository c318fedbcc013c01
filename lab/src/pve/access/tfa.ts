import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';

/** Second factors of users, which the lab only knows to be none. */
const TFA = '/etc/pve/priv/tfa.cfg';

function refuseEntries({ machine }: Session): void {
  const text = machine.files.read(TFA);
  if (text !== undefined && !/^\s*\{\s*"users"\s*:\s*\{\s*\}\s*\}\s*$/.test(text))
    die('pvefleet-lab: second factors are not modelled');
}

/** `pveum user tfa list` where nobody has a second factor. Throws Failure. */
export function listTfa(session: Session): void {
  refuseEntries(session);
}

/** `pveum user tfa unlock` of a user who is not locked out: it says nothing. Throws Failure. */
export function unlockTfa(session: Session, _parameters: Parameters): void {
  refuseEntries(session);
}
