import { expect, test } from 'vitest';
import { CERTIFICATE, ITS_KEY } from '../actions/test-certificate.ts';
import { openFleet } from './fleet.ts';

test("certificates of a node's interface: told, renewed by the cluster and by ACME, and one's own, whose key is shown nowhere", async () => {
  const fleet = await openFleet('lone');
  const task = (...words: readonly string[]) => fleet.cli(['task', 'pve', 'certificates', ...words]);
  const says = async (exit: number, words: string, ...args: readonly string[]): Promise<void> => {
    const ran = await task(...args);
    expect(ran).toMatchObject({ exit, stdout: expect.stringContaining(words) });
    expect(`${ran.stdout}${ran.stderr}`).not.toContain('PRIVATE KEY');
  };
  const at = '/etc/pve/nodes/pve';

  await says(0, 'valid until');
  // No certificate of a cluster lasts so long: its commands end well, and it is looked whether they helped.
  await says(3, 'Cannot rely on /etc/pve/local/pve-ssl.pem: it is valid until', 'days=800', 'renew=true');
  await fleet.sh(`echo broken > ${at}/pve-ssl.pem`);
  await says(3, 'Cannot rely on /etc/pve/local/pve-ssl.pem: it is no certificate that can be read');
  await says(0, 'would run pvecm updatecerts --force', 'renew=true', '--check');
  await says(0, 'changed: pve', 'renew=true');

  await fleet.sh(`echo 'acme: account=shop,domains=pve.example.org' > ${at}/config`);
  await says(3, 'the node is to get it by ACME, and never has');
  await says(3, 'the cluster has no ACME account "shop"', 'renew=true');
  await fleet.sh('mkdir -p /etc/pve/priv/acme && echo {} > /etc/pve/priv/acme/shop');
  await says(0, 'changed: pve', 'renew=true');
  expect(fleet.file('pve', `${at}/pveproxy-ssl.pem`)).toContain('BEGIN CERTIFICATE');
  // An authority gives ninety days.
  await says(3, 'pveproxy-ssl.pem: it is valid until', 'renew=true', 'days=91');

  const pem = await fleet.write('own.pem', CERTIFICATE);
  const key = await fleet.write('own.key', ITS_KEY);
  await says(3, 'the node gets its by ACME', `certificate=${pem}`, `key=${key}`);
  await fleet.sh(`rm ${at}/config ${at}/pveproxy-ssl.pem ${at}/pveproxy-ssl.key`);
  await says(3, '"key" is no private key that can be read', `certificate=${pem}`, `key=${pem}`);
  await says(0, 'changed: pve', `certificate=${pem}`, `key=${key}`);
  expect(fleet.file('pve', `${at}/pveproxy-ssl.pem`)).toBe(CERTIFICATE);
  expect(fleet.file('pve', `${at}/pveproxy-ssl.key`)).toBe(ITS_KEY);
  expect(fleet.names('pve', '/run/pvefleet-certificate')).toEqual([]);
  await says(0, 'ok: pve', `certificate=${pem}`, `key=${key}`);
  expect(JSON.stringify(await fleet.journal())).not.toContain('PRIVATE KEY');
}, 120_000);
