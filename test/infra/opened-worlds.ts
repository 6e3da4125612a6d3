import { afterEach } from '@jest/globals';
import type { World } from './single-stack.ts';

/** Closes after each test what it has opened. @returns takes what is being opened in charge */
export function closingWorlds(): (opening: Promise<World>) => Promise<World> {
  const opened: World[] = [];
  // The last one first: each restores the environment that it found.
  afterEach(async () => {
    for (const world of opened.splice(0).reverse()) await world.close();
  });
  return async (opening) => {
    const world = await opening;
    opened.push(world);
    return world;
  };
}
