import { createHash } from 'node:crypto';
import { isLinked } from '../domain/links.ts';
import { isSkillError } from '../ports/errors.ts';
import type { LinkStore } from '../ports/link-store.ts';
import { type ReconcilePorts, reconcileHome } from './reconcile.ts';

export interface NightlyPorts extends ReconcilePorts {
  readonly links: LinkStore;
}

/** Homes that are read side by side. */
const AT_ONCE = 4;

/**
 * Reconciles the homes whose hour of the day it is. Run hourly, each home has its turn once a day, and the device cloud's load is even.
 * A home in trouble troubles no other, and one that nobody is linked with is left alone: nobody needs to know that its session has ended.
 * @throws StoreUnavailable when not even the homes can be listed
 */
export async function reconcileByTurn(ports: NightlyPorts, signal: AbortSignal): Promise<void> {
  const hour = ports.clock.now().getUTCHours();
  const turn = (await ports.homes.list()).filter((homeId) => hourOf(homeId) === hour).values();
  const work = async () => {
    for (const homeId of turn) {
      if (signal.aborted) return;
      await reconcileLinked(homeId, ports, signal).catch((error: unknown) => {
        const level = isSkillError(error) ? 'warn' : 'error';
        ports.log[level]('not-reconciled', { home: homeId, error: error instanceof Error ? error : String(error) });
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function reconcileLinked(homeId: string, ports: NightlyPorts, signal: AbortSignal): Promise<void> {
  if (await isLinked(homeId, ports.links, ports.clock.now())) await reconcileHome(homeId, ports, signal);
}

/** The UTC hour, 0..23, in which a home is reconciled; spread evenly. */
export const hourOf = (homeId: string): number => createHash('sha256').update(homeId).digest().readUInt32BE(0) % 24;
