import { SSMClient } from '@aws-sdk/client-ssm';
import { readEarlierDeployment } from '#local/cloud/earlier-deployment';
import { DEPLOYMENT } from '#test/unit/cli/command-fixture';

const client = new SSMClient({ region: 'eu-central-1' });

function emulatorHolds(answer: unknown): void {
  jest.spyOn(client, 'send').mockImplementation(() => {
    if (answer instanceof Error) throw answer;
    return { Parameter: { Value: JSON.stringify(answer) } };
  });
}

const earlier = (): Promise<unknown> => readEarlierDeployment(client, 'local');

it('a record of this version is what is deployed', async () => {
  emulatorHolds(DEPLOYMENT);
  await expect(earlier()).resolves.toEqual({ kind: 'this-version', record: DEPLOYMENT });
});

it.each([
  ['from before there were logs', { ...DEPLOYMENT, logs: undefined }],
  ['of a later version', { ...DEPLOYMENT, version: 2 }],
  ['that is no record', 'x'],
])('a record %s is replaced by the next apply, and its state is kept', async (_case, record) => {
  emulatorHolds(record);
  await expect(earlier()).resolves.toEqual({ kind: 'other-version' });
});

it('no record: nothing is deployed', async () => {
  emulatorHolds(Object.assign(new Error('none'), { name: 'ParameterNotFound' }));
  await expect(earlier()).resolves.toEqual({ kind: 'none' });
});

it('an emulator that does not answer is a failure, not an old record', async () => {
  emulatorHolds(new Error('connect ECONNREFUSED'));
  await expect(earlier()).rejects.toThrow('ECONNREFUSED');
});
