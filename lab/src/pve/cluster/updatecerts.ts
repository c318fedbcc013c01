import { caDaysLeft, writeNodeCertificate } from '../../node/node-certificate.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';

/**
 * `pvecm updatecerts`: with --force a new certificate of the node (pve-cluster, PVE/CLI/pvecm.pm and Cluster/Setup.pm). It
 * prints nothing (cluster-04); a real one waits 80 s for a quorum that is not there. Throws Failure.
 */
export function updateCertificates(session: Session, { force, silent }: Parameters): void {
  const { machine } = session;
  if (!machine.cluster.quorate()) {
    const message =
      'got timeout when trying to ensure cluster certificates and base file hierarchy is set up - no quorum (yet) or hung pmxcfs?\n';
    if (silent !== '1') die(message);
    session.warn(message);
    return;
  }
  if (force !== '1') return;
  const daysLeft = caDaysLeft(machine) ?? die('the root certificate can not be read');
  if (daysLeft < 14) die('CA expires in less than 2 weeks, unable to generate certificate.');
  writeNodeCertificate(machine, daysLeft);
}
