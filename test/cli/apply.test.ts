import { describe, expect, it } from 'vitest';
import { confirm } from '../../src/cli/confirm.ts';
import { create, plan, update } from '../report/samples.ts';
import { runCli } from './run-cli.ts';

const document = new URL('../../documents/web.json', import.meta.url).pathname;

describe('apply', () => {
  it('is refused in read-only mode', async () => {
    expect(await runCli(['apply', document, '--read-only', '--yes'])).toMatchObject({
      code: 6,
      stdout: '',
      stderr: expect.stringContaining('Cannot run apply: the mode is read-only'),
    });
  });

  it('tells what is wrong with its arguments', async () => {
    expect(await runCli(['apply'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no document is given'),
    });
    expect(await runCli(['apply', document])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Cannot read an inventory: none is given'),
    });
  });
});

describe('consent', () => {
  const lab = { cluster: 'lab', changes: [create] };

  async function ask(
    answer: string | undefined,
    isTTY = true,
  ): Promise<{ readonly asked: string; readonly objection: string | undefined }> {
    let asked = '';
    const stderr = { write: () => undefined, isTTY, colour: false, columns: 80 };
    const objection = await confirm([plan], {
      stderr,
      ask: (question) => ((asked = question), Promise.resolve(answer)),
    });
    return { asked, objection: objection?.message };
  }

  it('is asked for in words, and is "yes" only', async () => {
    expect(await ask('yes')).toEqual({
      asked: '\nApply these 3 changes in cluster lab? Type yes: ',
      objection: undefined,
    });
    expect(await ask(' yes ')).toMatchObject({ objection: undefined });
    expect(await ask('y')).toMatchObject({
      objection:
        'Cannot apply these 3 changes in cluster lab: the answer was "y"; "yes" is wanted. Nothing was changed',
    });
    expect(await ask(undefined)).toMatchObject({ objection: expect.stringContaining('no answer came') });
  });

  it('is not asked for where nobody can answer', async () => {
    expect(await ask('yes', false)).toMatchObject({
      asked: '',
      objection: expect.stringContaining('nobody can be asked without a terminal'),
    });
  });

  it('names the clusters', async () => {
    let asked = '';
    const world = {
      stderr: { write: () => undefined, isTTY: true, colour: false, columns: 80 },
      ask: (question: string) => ((asked = question), Promise.resolve('yes')),
    };
    await confirm([lab], world);
    expect(asked).toBe('\nApply this change in cluster lab? Type yes: ');
    await confirm([lab, { cluster: 'prod', changes: [update] }], world);
    expect(asked).toBe('\nApply these 2 changes in the clusters lab, prod? Type yes: ');
  });
});
