import { expect, test } from '@jest/globals';
import { openSingleStack } from './single-stack.ts';

test.each([
  { what: 'not carried out', executed: false },
  { what: 'carried out, and its answer is lost', executed: true },
])(
  'a move that stops at any request, which is $what: the next run finishes it with the same table and keys',
  async ({ executed }) => {
    for (let at = 1; ; at += 1) {
      const world = await openSingleStack();
      try {
        const stopped = await world.deploy({ at, executed }).then(
          () => false,
          () => true,
        );
        await world.deploy();
        const [state] = world.aws.stacks.states();
        const [runtime] = world.aws.stacks.standing();
        for (const name of ['Table', 'Secret', 'NoticeTopic', 'AlarmTopic'])
          expect([at, name, state?.resources[name]?.id]).toEqual([at, name, world.before.resources[name]?.id]);
        expect(runtime?.parameters.TableArn).toBe(world.before.resources.Table?.arn);
        expect([at, state?.isProtected, state?.policy === '']).toEqual([at, true, false]);
        const key = (text: string | undefined) => (JSON.parse(text ?? '{}') as { sealingText?: string }).sealingText;
        expect(key(world.aws.secrets.text(world.before.outputs.SecretArn ?? ''))).toBe(key(world.secretText));
        if (!stopped) {
          expect(at).toBeGreaterThan(25);
          break;
        }
      } finally {
        await world.close();
      }
    }
  },
);
