// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { SectionTable } from './section-table.ts';

/** What `POST /cluster/metrics/server/{id}` takes and the file keeps. */
export const metricServerOptions: SectionTable = {
  'api-path-prefix': { type: 'string', optional: true },
  bucket: { type: 'string', optional: true },
  disable: { type: 'boolean', optional: true },
  influxdbproto: { type: 'string', optional: true, default: 'udp', enum: ['udp', 'http', 'https'] },
  'max-body-size': { type: 'integer', optional: true, default: 25000000, minimum: 1 },
  mtu: { type: 'integer', optional: true, default: 1500, minimum: 512, maximum: 65536 },
  organization: { type: 'string', optional: true },
  'otel-compression': { type: 'string', optional: true, default: 'gzip', enum: ['none', 'gzip'] },
  'otel-headers': { type: 'string', optional: true, maxLength: 1024 },
  'otel-max-body-size': { type: 'integer', optional: true, default: 10000000, minimum: 1024 },
  'otel-path': { type: 'string', optional: true, default: '/v1/metrics' },
  'otel-protocol': { type: 'string', optional: true, default: 'https', enum: ['http', 'https'] },
  'otel-resource-attributes': { type: 'string', optional: true, maxLength: 1024 },
  'otel-timeout': { type: 'integer', optional: true, default: 5, minimum: 1, maximum: 10 },
  'otel-verify-ssl': { type: 'boolean', optional: true, default: 1 },
  path: { type: 'string', optional: true, format: 'graphite-path' },
  port: { type: 'integer', minimum: 1, maximum: 65536 },
  proto: { type: 'string', optional: true, enum: ['udp', 'tcp'] },
  server: { type: 'string', format: 'address' },
  timeout: { type: 'integer', optional: true, default: 1, minimum: 0 },
  token: { type: 'string', optional: true },
  'verify-certificate': { type: 'boolean', optional: true, default: 1 },
};
