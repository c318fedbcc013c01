import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostFiles, nodeFilesIn } from '../../src/snapshot/node-files.ts';
import { newNonce, probeScript } from '../../src/snapshot/probe.ts';
import { readAnswer } from '../../src/snapshot/read-answer.ts';
import { fakeNode } from './fake-root.ts';

test('what a saved survey names is told apart again', () => {
  const texts = fc.dictionary(fc.stringMatching(/^\/etc\/[a-z/]{1,9}[a-z]$/u), fc.string(), { minKeys: 1 });
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]*$/u), texts), texts, (nodeFiles, others) => {
      const files = Object.fromEntries(
        Object.entries(others).map(([path, text]) => [`/etc/pve${path}`, text]),
      );
      const all = { ...files, ...Object.fromEntries(hostFiles(nodeFiles)) };
      expect(nodeFilesIn(all)).toEqual({ files, nodeFiles });
    }),
  );
});

async function ask(files: Readonly<Record<string, string | null>>) {
  const node = await fakeNode({ files });
  const nonce = newNonce();
  try {
    const output = await node.run(probeScript({ mode: 'survey' }, nonce));
    const answer = readAnswer('host', output, nonce);
    if (!answer.ok) throw new Error(output.toString());
    return { ...answer.value, output: output.toString() };
  } finally {
    await node.remove();
  }
}

test('the probe sends interfaces and tasks of the node, secrets blanked; they are no files of the cluster', async () => {
  const index = Array.from({ length: 60 }, (_, number) => `UPID:${number} 6B049312 OK\n`);
  const { ownFiles, tree, output } = await ask({
    '/etc/network/interfaces': 'auto wlan0\niface wlan0 inet dhcp\n\twpa-psk HUSH\n',
    '/etc/network/interfaces.d/a b': 'auto x',
    '/var/log/pve/tasks/active': 'UPID:1 0\n',
    '/var/log/pve/tasks/index': index.join(''),
  });
  expect(output).not.toContain('HUSH');
  expect(ownFiles['/etc/network/interfaces']).toMatch(
    /^auto wlan0\niface wlan0 inet dhcp\n\twpa-psk <secret:\w{40}>\n$/u,
  );
  expect(ownFiles['/etc/network/interfaces.d/a b']).toBe('auto x');
  expect(ownFiles['/var/log/pve/tasks/active']?.trimEnd()).toBe('UPID:1 0');
  expect(ownFiles['/var/log/pve/tasks/index']?.trimEnd()).toBe(index.slice(10).join('').trimEnd());
  expect(Object.keys(tree?.files ?? {}).every((path) => path.startsWith('/etc/pve/'))).toBe(true);
});

test('a node without them, or without /etc/pve, answers all the same', async () => {
  expect((await ask({})).ownFiles).toEqual({});
  const { ownFiles, etcPve } = await ask({ '/proc/mounts': '', '/etc/network/interfaces': 'auto lo\n' });
  expect(ownFiles).toEqual({ '/etc/network/interfaces': 'auto lo\n' });
  expect(etcPve).toMatchObject({ unknown: expect.any(String) as unknown });
});
