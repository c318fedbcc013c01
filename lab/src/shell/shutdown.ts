import type { Program } from './program.ts';
import { done, failed } from './ran.ts';

/** Seconds until the node goes down, so that who asked for it gets an answer. */
const SOON_SECONDS = 0.1;

/** shutdown(8), as far as a restart at once; a minute's delay passes at once in the lab. */
export const shutdown: Program = ({ argv, node }) => {
  if (!argv.some((word) => word === '-r' || word === '--reboot'))
    return failed("shutdown: the lab simulates only 'shutdown -r'");
  void node.machine.sleep(SOON_SECONDS).then(() => node.reboot());
  return done();
};
