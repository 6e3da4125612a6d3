import { expect, test } from '@jest/globals';
import { sourcesIn } from '../readme/source.ts';

// Which device cloud it is, only its adapter, its emulator and the one place that chooses know.

/** How code can name one: the folder of an adapter, a product's name, or the kind that only one cloud has. */
const NAMES = /leviton|maker-?cloud|adapters\/maker/i;

test('of the functions, only the place that chooses and the settings name a device cloud', () => {
  const naming = sourcesIn('lambda')
    .filter(({ path }) => !/^lambda\/adapters\/(?:my-leviton|maker-cloud)\//.test(path))
    .filter(({ text }) => NAMES.test(text))
    .map(({ path }) => path);
  expect(naming.sort()).toEqual(['lambda/adapters/environment/environment.ts', 'lambda/handlers/device-cloud.ts']);
});

test('the settings name it in values only: no function decides by them but the place that chooses', () => {
  const deciding = sourcesIn('lambda')
    .filter(({ text }) => /\bDEVICE_CLOUD\b(?!_NAME)/.test(text))
    .map(({ path }) => path);
  // compose says in an error that it is not set.
  expect(deciding.sort()).toEqual([
    'lambda/adapters/environment/environment.ts',
    'lambda/handlers/compose.ts',
    'lambda/handlers/device-cloud.ts',
  ]);
});

test('neither adapter imports the other, or an emulator', () => {
  const wrong = sourcesIn('lambda').filter(({ path, text }) => {
    const other = path.includes('/my-leviton/')
      ? 'maker-cloud'
      : path.includes('/maker-cloud/')
        ? 'my-leviton'
        : undefined;
    return text.includes("from '../../desk") || (other !== undefined && new RegExp(`from '.*${other}`).test(text));
  });
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('of the desk, only what starts and chooses the clouds names one', () => {
  const naming = sourcesIn('desk')
    .filter(({ path }) => !/^desk\/(?:my-leviton|maker)\//.test(path))
    .filter(({ text }) => /from '\.[^']*\/(?:my-leviton|maker)\//.test(text))
    .map(({ path }) => path);
  expect(naming.sort()).toEqual(['desk/hop-messages.ts', 'desk/local-system.ts', 'desk/makers-linking-side.ts']);
});
