import { X509Certificate } from 'node:crypto';
import type { FileTree, Machine } from '../machine.ts';
import type { Subject } from './certificate.ts';
import { makeCertificate } from './certificate.ts';

const DAY_SECONDS = 86_400;
const CA = '/etc/pve/pve-root-ca.pem';
const CA_KEY = '/etc/pve/priv/pve-root-ca.key';

const caSubject = (uuid: string): Subject => [
  ['CN', 'Proxmox Virtual Environment'],
  ['OU', uuid],
  ['O', 'PVE Cluster Manager CA'],
];

/** The certificate of a cluster's own authority: ten years from yesterday (pve-cluster, PVE/Cluster/Setup.pm gen_pveca_cert). */
export function caCertificate(key: string, uuid: string, now: number): string {
  const subject = caSubject(uuid);
  return makeCertificate({
    subject,
    key,
    issuer: subject,
    issuerKey: key,
    from: now - DAY_SECONDS,
    days: 3650,
  });
}

/** Days that the cluster's authority is still valid; undefined: there is none that can be read. */
export function caDaysLeft({ files, clock }: Pick<Machine, 'files' | 'clock'>): number | undefined {
  const end = endOf(files, CA);
  return end === undefined ? undefined : Math.floor((end - clock()) / DAY_SECONDS);
}

/** A new certificate for the node, signed by its cluster: two years, and never longer than its authority less two days (gen_pve_ssl_cert). */
export function writeNodeCertificate(machine: Machine, daysLeft: number): void {
  const { files, name, clock } = machine;
  const fqdn = `${name}.lab.internal`;
  files.write(
    `/etc/pve/nodes/${name}/pve-ssl.pem`,
    makeCertificate({
      subject: [
        ['OU', 'PVE Cluster Node'],
        ['O', 'Proxmox Virtual Environment'],
        ['CN', fqdn],
      ],
      key: files.read(`/etc/pve/nodes/${name}/pve-ssl.key`) ?? '',
      issuer: caSubject(
        /OU=(?<uuid>.+)/.exec(readCertificate(files, CA)?.subject ?? '')?.groups?.['uuid'] ?? '',
      ),
      issuerKey: files.read(CA_KEY) ?? '',
      from: clock() - DAY_SECONDS,
      days: Math.min(daysLeft - 2, 2 * 365),
      names: ['localhost', name, fqdn],
    }),
  );
}

/** When a certificate ends, in seconds since 1970; undefined: there is none that can be read. */
export function endOf(files: FileTree, path: string): number | undefined {
  const read = readCertificate(files, path);
  return read && Date.parse(read.validTo) / 1000;
}

function readCertificate(files: FileTree, path: string): X509Certificate | undefined {
  try {
    return new X509Certificate(files.read(path) ?? '');
  } catch {
    return undefined;
  }
}
