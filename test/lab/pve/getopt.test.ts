import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../lab/src/pve/cli/getopt.ts';
import { Failure } from '../../../lab/src/pve/failure.ts';
import { parametersOf } from '../../../lab/src/pve/schema/parameters.ts';

const SET = parametersOf('PUT /nodes/{node}/qemu/{vmid}/config');

function read(...argv: readonly string[]): Readonly<Record<string, string>> {
  return readArguments(argv, SET, ['vmid'], ['node'], () => undefined).parameters;
}

function refusal(...argv: readonly string[]): string {
  const warnings: string[] = [];
  try {
    readArguments(argv, SET, ['vmid'], ['node'], (line) => warnings.push(`${line}\n`));
    return 'accepted';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return warnings.join('') + thrown.text;
  }
}

describe('arguments as PVE reads them', () => {
  it('takes one or two dashes, a value after = or as the next word, and a name cut short', () => {
    const expected = { vmid: '100', cores: '2', name: 'web' };
    expect(read('100', '--cores', '2', '--name', 'web')).toEqual(expected);
    expect(read('100', '-cores', '2', '-name=web')).toEqual(expected);
    expect(read('--core=2', '--NAME', 'web', '100')).toEqual(expected);
  });

  it('takes a boolean with any spelling and without a value', () => {
    expect(read('100', '--onboot')).toEqual({ vmid: '100', onboot: '1' });
    expect(read('100', '--onboot', '--name', 'a')).toEqual({ vmid: '100', onboot: '1', name: 'a' });
    expect(read('100', '--onboot', 'off')).toEqual({ vmid: '100', onboot: '0' });
    expect(refusal('100', '--onboot', 'maybe')).toBe('400 unable to parse boolean option\n');
  });

  it('joins a repeated list and lets the last of any other option win', () => {
    expect(read('100', '--delete', 'cores', '--delete', 'name,tags')).toEqual({
      vmid: '100',
      delete: 'cores,name,tags',
    });
    expect(read('100', '--cores', '1', '--cores', '2')).toEqual({ vmid: '100', cores: '2' });
  });

  it('takes a value that looks like an option, and all after -- as it is', () => {
    expect(read('100', '--args', '-name x')).toEqual({ vmid: '100', args: '-name x' });
    expect(refusal('--', '100', '--cores')).toBe('400 too many arguments\n');
  });

  it('names every option that it cannot read', () => {
    expect(refusal('100', '--nosuch', '1', '--memory')).toBe(
      'Unknown option: nosuch\nOption memory requires an argument\n400 unable to parse option\n',
    );
    expect(refusal('100', '--net', 'virtio')).toContain('Option net is ambiguous (net0, net1, net10');
    expect(refusal('100', '--net32', 'virtio')).toBe('Unknown option: net32\n400 unable to parse option\n');
    expect(refusal('--node', 'pve1', '100')).toContain('Unknown option: node\n');
  });

  it('counts the arguments without a name', () => {
    expect(refusal()).toBe('400 not enough arguments\n');
    expect(refusal('100', '101')).toBe('400 too many arguments\n');
  });
});
