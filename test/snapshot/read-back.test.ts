import { expect, onTestFinished, test } from 'vitest';
import { parseReadBack, readBackScript, refresh } from '../../src/snapshot/read-back.ts';
import { guests, power } from '../../src/snapshot/guests.ts';
import { fakeNode } from './fake-root.ts';
import { snapshotWith } from './sample.ts';

const config = '/etc/pve/nodes/pve1/qemu-server/100.conf';

test('reads again what a step touched, apart from what its command printed', async () => {
  const node = await fakeNode({ files: { [config]: 'cipassword: HUSH\nname: a' }, vms: [100] });
  onTestFinished(node.remove);
  const gone = '/etc/pve/nodes/pve1/qemu-server/101.conf';
  const script = `printf 'update VM 100'; status=7; root=kept\n${readBackScript({ files: [config, gone] }, 'abcd')}\n[ "$root" = kept ] && exit "$status"`;
  const result = parseReadBack(await node.run(script), 'abcd');
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  expect(result.value.output.toString()).toBe('update VM 100');
  expect(result.value.files[gone]).toBeNull();
  expect(result.value.files[config]?.text).toMatch(/^cipassword: <secret:\w+>\nname: a\n$/u);
  expect(result.value.running).toEqual({ vms: [100], containers: [] });

  const before = snapshotWith({ [gone]: 'name: b\n' });
  const after = refresh(before, [{ ...result.value, node: 'pve1' }]);
  expect(guests(after)).toMatchObject([{ vmid: 100, type: 'vm', node: 'pve1' }]);
  expect(power(after, 100)).toBe('running');
});

test('a step that touches no file is read again too', async () => {
  const node = await fakeNode({ containers: [200] });
  onTestFinished(node.remove);
  const result = parseReadBack(await node.run(readBackScript({ files: [] }, 'abcd')), 'abcd');
  expect(result).toMatchObject({ ok: true, value: { files: {}, running: { vms: [], containers: [200] } } });
});

test('what could not be read is an error, never absence', async () => {
  const node = await fakeNode({ files: { '/proc/mounts': '' } });
  onTestFinished(node.remove);
  const output = await node.run(readBackScript({ files: [config] }, 'abcd'));
  expect(parseReadBack(output, 'abcd')).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'probe/no-read-back' }],
  });
  expect(parseReadBack(Buffer.from('update VM 100\n'), 'abcd')).toMatchObject({ ok: false });
});

test('a file that is there and cannot be read is an error too', async () => {
  const node = await fakeNode({ files: { [`${config}/a`]: '' } });
  onTestFinished(node.remove);
  const output = await node.run(readBackScript({ files: [config] }, 'abcd'));
  expect(parseReadBack(output, 'abcd')).toMatchObject({
    ok: false,
    diagnostics: [{ message: expect.stringContaining('Is a directory') as unknown }],
  });
});
