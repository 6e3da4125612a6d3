import { expect, test } from '@jest/globals';
import { closingWorlds } from './opened-worlds.ts';
import { expectRestored, openNamed, sealingText } from './restored.ts';

const use = closingWorlds();

test.each([
  { when: 'before the old state stack is deleted', action: 'DeleteStack', executed: false },
  { when: 'once it is deleted', action: 'DeleteStack', executed: true },
  { when: 'between change set and import', action: 'CreateChangeSet', executed: true },
  { when: 'before the new one is protected', action: 'SetStackPolicy', executed: false },
])('a restore that stops $when is finished by the next run, with the same table', async ({ action, executed }) => {
  const drill = await use(openNamed());
  const key = sealingText(drill);
  await expect(drill.restore([], { at: action, executed })).rejects.toThrow();
  await drill.restore();
  expectRestored(drill, key);
});
