/**
 * Calls `work` for every item, never for more than `atOnce` at the same time.
 * @returns the results in the order of the items
 * @throws whatever `work` throws first; items that have not been started are not started then
 */
export async function inParallel<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const remaining = [...items].entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of remaining) {
      if (failed) return;
      results[index] = await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
