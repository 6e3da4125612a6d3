import type { Evidence } from '../../lambda/domain/diagnosis/evidence.ts';
import type { Counted, Target } from '../preflight/target.ts';

/** An hour without directives is unusual if the same hour of other days has this many. */
const MANY = 20;

/** What AWS has counted, as evidence. Among several regions, the one that gets nothing, though it usually does, says most. */
export function countedEvidence({ traffic, queue, signIns }: Counted, now: Date): Evidence {
  const at = now.toISOString();
  const all = traffic ?? [];
  const shown = all.find(({ lastHour, usual }) => lastHour === 0 && usual >= MANY) ?? all[0];
  const inAll = all.reduce((sum, { lastHour }) => sum + lastHour, 0);
  return {
    ...(queue && { queue: { at, ...queue } }),
    ...(signIns && { signIns: { at, ...signIns } }),
    ...(shown && { traffic: { at, region: shown.awsRegion, inRegion: shown.lastHour, usual: shown.usual, inAll } }),
  };
}

/** Nothing where there is nothing to be read, as on this machine. */
export async function readCountedEvidence({ counted }: Target, now: () => Date): Promise<Evidence> {
  const found = await counted?.().catch(() => undefined);
  return found ? countedEvidence(found, now()) : {};
}

/** Of one account: which region its Alexa calls is not known where there are several, so an hour without directives in one says nothing. Nor do
 * other people's sign-ins. */
export function ofAccount({ traffic, signIns: _, ...evidence }: Evidence): Evidence {
  return traffic && traffic.inAll === 0 ? { ...evidence, traffic } : evidence;
}
