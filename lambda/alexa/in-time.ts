import { withDeadline } from '../domain/deadline.ts';
import type { Input } from './skill.ts';

/** What memory can stand in for is waited for so long; the rest of Alexa's time is for answering from memory. */
const CLOUD_MS = 5_000;

/**
 * Asks the device cloud for what it has said before, so that a slow answer leaves time for the last one known.
 * @throws CloudUnreachable when it takes too long, and whatever `ask` throws
 */
export const inTime = <T>({ ports, signal }: Input, ask: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  withDeadline(CLOUD_MS, ports.clock, (soon) => ask(AbortSignal.any([signal, soon])));
