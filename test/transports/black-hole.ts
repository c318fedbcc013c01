import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';

/** A port where nobody answers a call: its process is stopped, and as many wait there as may. */
export async function startBlackHole(): Promise<{ port: number; stop(): void }> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '-e',
      `const s=require('net').createServer();s.listen(0,'127.0.0.1',1,()=>console.log(s.address().port))`,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const port = await new Promise<number>((resolve) =>
    child.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString()))),
  );
  child.kill('SIGSTOP');
  const waiting = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await Promise.all(
    waiting.slice(0, 2).map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
  );
  return {
    port,
    stop: () => {
      waiting.forEach((socket) => socket.destroy());
      child.kill('SIGKILL');
    },
  };
}
