import { metricServerOptions } from '../schema/sections/metrics.ts';
import { metricDialect } from '../section-dialect.ts';
import { off, type SectionKind } from '../section-kind.ts';
import { refusedConfigId } from './ha.ts';

/** status.cfg (pve-manager PVE/Status/*.pm). */
export const metricSections: SectionKind = {
  kind: 'metrics',
  summary: 'the metric servers (status.cfg)',
  path: /^\/etc\/pve\/status\.cfg$/u,
  noun: 'metric server',
  dialect: metricDialect,
  refusedId: refusedConfigId,
  types: {
    graphite: {
      table: metricServerOptions,
      required: ['server'],
      optional: ['port', 'mtu', 'proto', 'timeout', 'path', 'disable'],
      absent: { port: '2003', proto: 'udp' },
    },
    influxdb: {
      table: metricServerOptions,
      required: ['server', 'port'],
      optional: [
        'mtu',
        'disable',
        'organization',
        'bucket',
        'token',
        'influxdbproto',
        'timeout',
        'max-body-size',
        'api-path-prefix',
        'verify-certificate',
      ],
      absent: {
        influxdbproto: 'udp',
        'max-body-size': '25000000',
        'verify-certificate': '1',
        organization: 'proxmox',
        bucket: 'proxmox',
      },
    },
    opentelemetry: {
      table: metricServerOptions,
      required: ['server'],
      optional: [
        'port',
        'disable',
        'otel-protocol',
        'otel-path',
        'otel-timeout',
        'otel-headers',
        'otel-verify-ssl',
        'otel-max-body-size',
        'otel-resource-attributes',
        'otel-compression',
      ],
      absent: {
        'otel-protocol': 'https',
        'otel-path': '/v1/metrics',
        'otel-timeout': '5',
        'otel-max-body-size': '10000000',
        'otel-verify-ssl': '1',
        'otel-compression': 'gzip',
      },
    },
  },
  absent: { ...off('disable'), mtu: '1500', timeout: '1' },
};
