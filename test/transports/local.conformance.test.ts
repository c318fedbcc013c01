import { describe } from 'vitest';
import { createLocalTransport } from '../../src/transports/local.ts';
import { localTransportConforms } from '../conformance/transports.ts';

describe('this machine', () => {
  localTransportConforms(createLocalTransport);
});
