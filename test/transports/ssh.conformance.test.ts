import { describe, expect, test } from 'vitest';
import { createSshTransport } from '../../src/transports/ssh.ts';
import { startSsh2Server } from '../conformance/ssh2-server.ts';
import { sshTransportConforms } from '../conformance/transports.ts';
import { noOpensshServer, startOpensshServer } from '../openssh-server.ts';

const withoutKeys = () => createSshTransport({ agentSocket: undefined, directory: '/nonexistent' });

describe('ssh to a server of ssh2', () => {
  sshTransportConforms(startSsh2Server, withoutKeys);
});

describe.skipIf(noOpensshServer)('ssh to OpenSSH', () => {
  sshTransportConforms(startOpensshServer, withoutKeys);
});

test.runIf(process.env['CI'])('CI has an OpenSSH server', () => {
  expect(noOpensshServer).toBeUndefined();
});

if (noOpensshServer !== undefined)
  console.warn(`Tests against a real OpenSSH server are skipped: ${noOpensshServer}`);
