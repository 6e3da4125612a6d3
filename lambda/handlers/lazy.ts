/** Keeps the result of `load`. When it fails, the next call loads once more. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

type Asynchronous<T> = { [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? T[K] : never };

/** An object that is loaded when one of its methods is first called. All of them return promises, so callers see no difference. */
export const lazily = <T extends Asynchronous<T>>(load: () => Promise<T>): T => proxyOf(load) as T;

/** The objects of a record, each as `lazily` has it. @param load loads the record: each object calls it once it is used */
export const lazilyEach = <T extends { [K in keyof T]: Asynchronous<T[K]> }>(load: () => Promise<T>): T =>
  new Proxy({} as T, { get: (_, name) => proxyOf(async () => (await load())[name as keyof T]) });

function proxyOf(load: () => Promise<object>): object {
  const loaded = once(load);
  const method =
    (name: PropertyKey) =>
    async (...args: unknown[]) => {
      const object = (await loaded()) as Record<PropertyKey, (...args: unknown[]) => unknown>;
      return object[name]?.(...args);
    };
  // Whatever has a `then` is taken for a promise by `await` and by every asynchronous function that answers with it.
  return new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : method(name)) });
}
