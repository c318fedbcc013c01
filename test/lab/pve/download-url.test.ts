import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freshNodes, runPve } from './run-pve.ts';

const raw = Buffer.alloc(1024 ** 2, 7);
const sum = createHash('sha256').update(raw).digest('hex');

async function serveRaw(): Promise<string> {
  const server = createServer((_request, response) => void response.end(raw));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/disk.raw`;
}

test('an image is downloaded once, and only with its checksum', async () => {
  const node = freshNodes(['pve1']).get('pve1');
  if (node === undefined) throw new Error('no node');
  const url = await serveRaw();
  const download = (content: string, name: string, checksum: string, from = url) =>
    runPve(
      node,
      `pvesh create /nodes/pve1/storage/local/download-url --content ${content} --filename ${name} --url ${from} --checksum ${checksum} --checksum-algorithm sha256`,
    );

  await runPve(node, 'pvesm set local --content iso,images');
  expect((await download('import', 'disk.raw', sum)).stderr).toContain(
    "storage 'local' is not configured for content-type 'import'",
  );
  await runPve(node, 'pvesm set local --content iso,import,images');
  const path = '/var/lib/vz/import/disk.raw';
  const wrong = '0'.repeat(64);
  expect((await download('import', 'disk.raw', wrong)).stderr).toContain(
    `checksum mismatch: got '${sum}' != expect '${wrong}'`,
  );
  expect(node.volumes.size(path)).toBeUndefined();
  const first = await download('import', 'disk.raw', sum);
  expect([first.exit, node.volumes.size(path)]).toEqual([0, 1024 ** 2]);
  expect(first.stdout).toContain(
    `downloading ${url} to ${path}\ncalculating checksum...OK, checksum verified\n`,
  );
  expect((await download('import', 'disk.raw', sum)).stdout).toContain(
    'calculating checksum of existing file...OK, got correct file already, no need to download\n',
  );
  expect((await download('import', 'disk.img', sum)).stderr).toContain('invalid filename or wrong extension');
  expect((await download('import', 'x.raw', sum, 'http://192.0.2.1/x.raw')).stderr).toContain(
    "pvefleet-lab: there is no network but http://127.0.0.1; 'http://192.0.2.1/x.raw' can't be reached",
  );
  expect((await download('iso', 'x.iso', sum)).exit).toBe(0);
  expect(node.volumes.size('/var/lib/vz/template/iso/x.iso')).toBe(1024 ** 2);
  expect((await download('iso', 'x.raw', sum)).stderr).toContain('wrong file extension');
});
