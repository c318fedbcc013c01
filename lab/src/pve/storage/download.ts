import { createHash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { usableStorage } from './config.ts';
import { freshImage, writeImage } from './qcow2-image.ts';
import { folderOf } from './volume-name.ts';

/** The bytes of files that were downloaded: volumes have only sizes. By file tree, then path. */
const downloaded = new WeakMap<Machine['volumes'], Map<string, Buffer>>();

/**
 * `pvesh create …/download-url`, for ISO images, templates and images to import, over HTTP from this computer (the lab has no other network); wget's
 * own output is left out. Order and words are those of API2/Storage/Status.pm and PVE::Tools download_file_from_url.
 * Throws Failure for what is refused before the task.
 */
export async function downloadUrl(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { storage: id = '', content = '', url = '', compression } = parameters;
  const storage = usableStorage(session.machine, id);
  if (storage.options['path'] === undefined)
    die(`can't upload to storage type '${storage.type}', not a file based storage!`);
  if (!storage.content.has(content)) die(`storage '${id}' is not configured for content-type '${content}'`);
  const name = (parameters['filename'] ?? '').replace(/^.*[/\\]/, '').replaceAll(/[^a-zA-Z0-9_.-]/g, '_');
  const endings =
    ENDINGS[content] ?? refuseParameters({ content: `upload content-type '${content}' is not allowed` });
  if (!endings.test(name))
    refuseParameters({
      filename: content === 'import' ? 'invalid filename or wrong extension' : 'wrong file extension',
    });
  if (compression !== undefined || /\.(ova|vmdk)$/.test(name))
    die('pvefleet-lab: downloading compressed images, OVAs and VMDKs is not modelled');
  if (!/^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url))
    die(`pvefleet-lab: there is no network but http://127.0.0.1; '${url}' can't be reached`);
  return runTask(session, 'download', name.replaceAll(/[^a-zA-Z0-9_.]/g, encodeByte), () =>
    fetchTo(session, `${folderOf(storage, content)}/${name}`, url, parameters),
  );
}

const ENDINGS: Readonly<Record<string, RegExp>> = {
  iso: /.\.(?:iso|img)$/i,
  vztmpl: /.\.tar\.(?:gz|xz|zst|bz2)$/,
  import: /.\.(ova|qcow2|raw|vmdk)$/,
};

/** PVE::Tools encode_text keeps a task's ID free of what divides it. */
const encodeByte = (character: string): string =>
  character === '-' ? character : `%${character.codePointAt(0)?.toString(16).toUpperCase().padStart(2, '0')}`;

async function fetchTo(session: Session, path: string, url: string, parameters: Parameters): Promise<void> {
  const { checksum, 'checksum-algorithm': algorithm } = parameters;
  const { volumes } = session.machine;
  session.print(`downloading ${url} to ${path}\n`);
  if (volumes.size(path) !== undefined) {
    if (checksum === undefined || algorithm === undefined)
      die(`refusing to override existing file '${path}'`);
    session.print('calculating checksum of existing file...');
    const bytes =
      downloaded.get(volumes)?.get(path) ??
      die(`pvefleet-lab: the bytes of '${path}' are not known, as it was not downloaded here`);
    const got = createHash(algorithm).update(bytes).digest('hex');
    if (got === checksum.toLowerCase()) {
      session.print('OK, got correct file already, no need to download\n');
      return;
    }
    session.print('\n');
    die(`checksum mismatch: got '${got}' != expect '${checksum}', aborting`);
  }
  const bytes = await bytesOf(url);
  if (checksum !== undefined && algorithm !== undefined) {
    session.print('calculating checksum...');
    const got = createHash(algorithm).update(bytes).digest('hex');
    if (got !== checksum.toLowerCase()) {
      session.print('\n');
      die(`checksum mismatch: got '${got}' != expect '${checksum}'`);
    }
    session.print('OK, checksum verified\n');
  }
  enter(session.machine, path, bytes);
  session.print(`download of '${url}' to '${path}' finished\n`);
}

/** Puts the file there; what calls itself qcow2 must be one, and its size is what its header says. */
function enter(machine: Machine, path: string, bytes: Buffer): void {
  const { volumes } = machine;
  if (path.endsWith('.qcow2')) {
    if (bytes.length < 32 || bytes.readUInt32BE(0) !== 0x51_46_49_fb)
      die(
        "failed to verify file: pvefleet-lab: it is no qcow2, and qemu-img's words for that are not modelled",
      );
    writeImage(machine, path, freshImage(Number(bytes.readBigUInt64BE(24)), bytes.length), bytes.length);
  } else volumes.set(path, bytes.length);
  const known = downloaded.get(volumes) ?? new Map<string, Buffer>();
  downloaded.set(volumes, known.set(path, bytes));
}

async function bytesOf(url: string): Promise<Buffer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, resolve).on('error', reject);
  }).catch(() => die('download failed: pvefleet-lab: nobody answers at that URL'));
  if (response.statusCode !== 200) {
    response.resume();
    die(`download failed: pvefleet-lab: the answer is ${response.statusCode}`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
