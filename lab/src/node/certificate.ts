import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** One who has a certificate: the parts of the name in their order, as ["CN", "pve1"]. */
export type Subject = readonly (readonly [part: 'CN' | 'O' | 'OU', text: string])[];

export interface CertificateRequest {
  readonly subject: Subject;
  /** The text of its key file. */
  readonly key: string;
  readonly issuer: Subject;
  /** The text of the issuer's key file. */
  readonly issuerKey: string;
  /** Seconds since 1970. */
  readonly from: number;
  readonly days: number;
  /** Host names that it is for. */
  readonly names?: readonly string[];
}

const DAY_SECONDS = 86_400;

const PARTS = { CN: '2.5.4.3', O: '2.5.4.10', OU: '2.5.4.11' } as const;
const ED25519 = '1.3.101.112';
const SUBJECT_ALT_NAME = '2.5.29.17';

/**
 * A certificate that programs can read, as PEM (X.509, RFC 5280). The lab's key files hold no keys, so that a probe that
 * sent one could be caught: what signs is made of their text.
 */
export function makeCertificate(request: CertificateRequest): string {
  const { subject, issuer, from, days, names = [] } = request;
  const algorithm = sequence(objectId(ED25519));
  const alternatives = sequence(...names.map((name) => tagged(0x82, Buffer.from(name))));
  const extension = sequence(objectId(SUBJECT_ALT_NAME), tagged(0x04, alternatives));
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(issuer),
    sequence(time(from), time(from + days * DAY_SECONDS)),
    nameOf(subject),
    createPublicKey(keyOf(request.key)).export({ type: 'spki', format: 'der' }),
    ...(names.length === 0 ? [] : [tagged(0xa3, sequence(extension))]),
  );
  const signature = sign(null, toBeSigned, keyOf(request.issuerKey));
  const whole = sequence(toBeSigned, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A key of that text (PKCS #8, RFC 8410). */
function keyOf(text: string): KeyObject {
  const seed = createHash('sha256').update(text).digest();
  const lead = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([lead, seed]), format: 'der', type: 'pkcs8' });
}

const nameOf = (subject: Subject): Buffer =>
  sequence(
    ...subject.map(([part, text]) =>
      tagged(0x31, sequence(objectId(PARTS[part]), tagged(0x0c, Buffer.from(text)))),
    ),
  );

/** UTCTime, as it is until 2049. */
function time(seconds: number): Buffer {
  const text = new Date(seconds * 1000).toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '');
  return tagged(0x17, Buffer.from(text.slice(2)));
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const base128 = (value: number): readonly number[] =>
    value < 0x80 ? [value] : [...base128(value >> 7).map((byte) => byte | 0x80), value & 0x7f];
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}
