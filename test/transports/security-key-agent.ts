import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { sshString, WireReader } from '../../src/transports/wire.ts';

const type = 'sk-ssh-ed25519@openssh.com';
const application = 'ssh:';

/** An agent with a security key that is made of software (OpenSSH's PROTOCOL.u2f); its public half is written to a file. */
export async function startSecurityKeyAgent(
  directory: string,
  publicFile: string,
): Promise<{ readonly socket: string; stop(): Promise<void> }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const blob = Buffer.concat([sshString(type), sshString(raw), sshString(application)]);
  await writeFile(publicFile, `${type} ${blob.toString('base64')} token\n`);

  const hash = (data: Buffer | string) => createHash('sha256').update(data).digest();
  /** User present, then how often it was used. */
  const about = Buffer.from([1, 0, 0, 0, 7]);
  const reply = (request: Buffer): Buffer => {
    if (request[0] === 11)
      return Buffer.concat([Buffer.from([12, 0, 0, 0, 1]), sshString(blob), sshString('token')]);
    const reader = new WireReader(request.subarray(1));
    reader.string();
    const data = reader.string() ?? Buffer.alloc(0);
    const signature = sign(null, Buffer.concat([hash(application), about, hash(data)]), privateKey);
    const whole = Buffer.concat([sshString(type), sshString(signature), about]);
    return Buffer.concat([Buffer.from([14]), sshString(whole)]);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.write(sshString(reply(chunk.subarray(4)))));
  });
  const socket = join(directory, 'security-key-agent');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    stop: async () => {
      sockets.forEach((open) => open.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
