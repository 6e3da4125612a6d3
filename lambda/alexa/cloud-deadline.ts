import { withDeadline } from '../domain/deadline.ts';
import type { Input, SkillPorts } from './skill.ts';

/** How long the device cloud is waited for where we could answer from the table. The rest of Alexa's time is for that answer. */
const CLOUD_MS = 5_000;

/**
 * Asks the device cloud for something whose last known state is in the table.
 * @throws DeadlineExceeded after 5 s, and whatever `ask` throws
 */
export const withCloudDeadline = <T>(
  { ports, signal }: Input,
  ask: (signal: AbortSignal, ports: SkillPorts) => Promise<T>,
): Promise<T> => withDeadline(CLOUD_MS, ports, (soon, observed) => ask(AbortSignal.any([signal, soon]), observed));
