import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { createOpensshTransport } from '../../src/transports/openssh.ts';
import { sshTransportConforms } from '../conformance/transports.ts';
import { noOpensshServer, startOpensshServer } from '../openssh-server.ts';

describe.skipIf(noOpensshServer)("the system's ssh to OpenSSH", () => {
  let runtime: string;
  let configFile: string;
  beforeAll(async () => {
    runtime = await mkdtemp(join(tmpdir(), 'pvefleet-runtime-'));
    configFile = join(runtime, 'config');
    await writeFile(configFile, '');
    vi.stubEnv('XDG_RUNTIME_DIR', runtime);
    vi.stubEnv('SSH_AUTH_SOCK', undefined);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    const left = await readdir(runtime);
    if (left.length > 1) throw new Error(`left behind: ${left.join(' ')}`);
    await rm(runtime, { recursive: true });
  });
  sshTransportConforms(
    startOpensshServer,
    () => createOpensshTransport({ command: 'ssh', configFile }),
    false,
  );
});
