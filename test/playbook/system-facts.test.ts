import { expect, test } from 'vitest';
import { mayBeOfLink, systemFacts } from '../../src/playbook/system-facts.ts';

const eth0 = [
  { link: 'eth0', address: '192.0.2.2/24' },
  { link: 'eth0', address: 'fd00::2/64' },
];

test('facts have the shapes that Ansible 2.14 gathered of the same machine', () => {
  const facts = systemFacts(
    {
      machine: 'x86_64',
      debian: '12.11',
      fqdn: 'vm.example.com',
      clock: { seconds: 1796007689, offset: '+0000', zone: 'UTC' },
      addresses: eth0,
      gateway: { link: 'eth0', address: '192.0.2.1' },
    },
    'vm',
  );
  const ipv4 = {
    address: '192.0.2.2',
    broadcast: '192.0.2.255',
    netmask: '255.255.255.0',
    network: '192.0.2.0',
    prefix: '24',
  };
  expect(facts).toEqual({
    architecture: 'x86_64',
    machine: 'x86_64',
    userspace_architecture: 'x86_64',
    distribution_version: '12.11',
    nodename: 'vm',
    fqdn: 'vm.example.com',
    domain: 'example.com',
    all_ipv4_addresses: ['192.0.2.2'],
    default_ipv4: { ...ipv4, alias: 'eth0', gateway: '192.0.2.1', interface: 'eth0' },
    eth0: {
      device: 'eth0',
      active: true,
      ipv4,
      ipv6: [{ address: 'fd00::2', prefix: '64', scope: 'global' }],
    },
    date_time: {
      date: '2026-11-30',
      day: '30',
      epoch: '1796007689',
      epoch_int: '1796007689',
      hour: '03',
      iso8601: '2026-11-30T03:01:29Z',
      iso8601_basic_short: '20261130T030129',
      minute: '01',
      month: '11',
      second: '29',
      time: '03:01:29',
      tz: 'UTC',
      tz_offset: '+0000',
      weekday: 'Monday',
      weekday_number: '1',
      weeknumber: '48',
      year: '2026',
    },
  });
});

test('a node without a way out has no default address, and its clock is in its own zone', () => {
  const facts = systemFacts(
    { machine: 'x86_64', clock: { seconds: 0, offset: '-0330', zone: 'NST' }, addresses: eth0 },
    'vm',
  );
  expect(facts).toMatchObject({
    default_ipv4: {},
    fqdn: 'vm',
    domain: '',
    date_time: { date: '1969-12-31', time: '20:30:00', iso8601: '1970-01-01T00:00:00Z' },
  });
});

test('what may be the fact of a network interface is told from what nobody defines', () => {
  expect(['ansible_vmbr0', 'ansible_enp3s0f1', 'ansible_bond0_100'].every(mayBeOfLink)).toBe(true);
  expect(['ansible_vmbr', 'vmbr0', 'ansible_env', 'ansible_entropy', 'ansible_local'].some(mayBeOfLink)).toBe(
    false,
  );
});
