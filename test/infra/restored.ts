import { expect } from '@jest/globals';
import { openSingleStack, type World } from './single-stack.ts';

export const SENDER = { NoticeFrom: 'Lamps <lamps@example.org>' };

/** A deployment with an address of its own, and with the template parameters given. */
export async function openNamed(parameters: Readonly<Record<string, string>> = {}): Promise<World> {
  const world = await openSingleStack();
  world.setParameters(parameters);
  world.aws.mail.identities.set('us-east-1 example.org', true);
  world.aws.names.addZone('example.org');
  await world.deploy(undefined, ['--domain', 'lamps.example.org']);
  return world;
}

export const sealingText = ({ aws, before }: World): unknown =>
  (JSON.parse(aws.secrets.text(before.outputs.SecretArn ?? '') ?? '{}') as { sealingText?: string }).sealingText;

/** The functions are on a table that was made of the first one; everything else is what it was. */
export function expectRestored(drill: World, key: unknown): void {
  const { aws, before, amazon } = drill;
  const [[table = '', { from, settings } = { from: '', settings: new Set() }] = []] = [...aws.tables.restored];
  expect(aws.tables.restored.size).toBe(1);
  expect(from).toBe(before.resources.Table?.id);
  expect([...settings].sort()).toEqual(['UpdateContinuousBackups', 'UpdateTable', 'UpdateTimeToLive']);
  const [runtime] = aws.stacks.standing();
  const [state] = aws.stacks.states();
  expect(runtime?.parameters.TableArn).toBe(`arn:aws:dynamodb:us-east-1:123456789012:table/${table}`);
  expect(state?.outputs.TableArn).toBe(runtime?.parameters.TableArn);
  for (const name of ['Secret', 'NoticeTopic', 'AlarmTopic'])
    expect(state?.resources[name]?.id).toBe(before.resources[name]?.id);
  expect([state?.isProtected, state?.policy === '']).toEqual([true, false]);
  expect(sealingText(drill)).toBe(key);
  expect([...amazon.skills.values()][0]?.linking?.accessTokenUrl).toBe('https://lamps.example.org/token');
  // The table before is in no stack, and there.
  expect(aws.stacks.kept.map(({ id }) => id)).toContain(before.resources.Table?.id);
}
