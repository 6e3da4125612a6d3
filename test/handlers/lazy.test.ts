import { expect, test } from '@jest/globals';
import { lazily, lazilyEach, once } from '../../lambda/handlers/lazy.ts';

test('once: many callers at the same time load once', async () => {
  let loads = 0;
  const load = once(async () => ++loads);
  expect(await Promise.all([load(), load(), load()])).toEqual([1, 1, 1]);
});

test('once: a failure is not remembered', async () => {
  let loads = 0;
  const load = once(async () => {
    loads++;
    if (loads === 1) throw new Error('the secret entry does not answer');
    return loads;
  });
  await expect(load()).rejects.toThrow('the secret entry does not answer');
  expect(await load()).toBe(2);
});

test('lazily: nothing is loaded until a method is called, and `this` stays', async () => {
  let loads = 0;
  const store = lazily<{ get(id: string): Promise<string> }>(async () => {
    loads++;
    return {
      async get(id: string) {
        return `${this === undefined ? 'lost' : 'kept'} ${id}`;
      },
    };
  });
  expect(loads).toBe(0);
  expect(await store.get('a')).toBe('kept a');
  expect(await store.get('b')).toBe('kept b');
  expect(loads).toBe(1);
});

test('lazilyEach: the record is loaded when a method of one of its objects is called', async () => {
  let loads = 0;
  const { greeter, counter } = lazilyEach<{
    greeter: { greet(): Promise<string> };
    counter: { count(): Promise<number> };
  }>(
    once(async () => {
      loads++;
      return { greeter: { greet: async () => 'hello' }, counter: { count: async () => 7 } };
    }),
  );
  expect(loads).toBe(0);
  expect([await greeter.greet(), await counter.count()]).toEqual(['hello', 7]);
  expect(loads).toBe(1);
});

test('is no promise, so that it can be handed over by an asynchronous function', async () => {
  const greeter = { greet: async () => 'hello' };
  const handedOver = await (async () => lazily(async () => greeter))();
  expect(await handedOver.greet()).toBe('hello');
});
