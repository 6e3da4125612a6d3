import { asError } from '../basics/as-error.ts';
import type { Clock } from '../ports/clock.ts';
import { BearerInvalid, BearerUnverified, isSkillError, SealingKeyMissing, type SkillError } from '../ports/errors.ts';
import type { EvidenceStore, RefusedToken } from '../ports/evidence-store.ts';
import type { Log } from '../ports/log.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Devices that are noted by themselves. What is refused beyond them is one more entry for each error. */
const MOST = 20;
/** The longest that Alexa takes. */
const LONGEST_ID = 256;

/** Notes directives whose token was refused, so that nobody knows the account. */
export interface RefusedTokens {
  /** Never throws. Reads and writes one row, for each device and error once an hour at most. */
  note(error: SkillError, endpointId: string | undefined): Promise<void>;
}

interface Ports {
  readonly evidence: Pick<EvidenceStore, 'refusedTokens' | 'noteRefusedTokens'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What this function knows of one device and error. */
interface Seen {
  readonly refused: RefusedToken;
  /** How many of `refused.count` are in the row. */
  readonly noted: number;
  /** When it was last noted, in milliseconds. */
  readonly notedAt?: number;
}

type Kind = Pick<RefusedToken, 'error' | 'endpointId' | 'keyId'>;

/** What it remembers is that of one warm function: the row is read and written for each device and error once an hour at most. */
export function createRefusedTokens({ evidence, clock, log }: Ports): RefusedTokens {
  const seen = new Map<string, Seen>();

  function met(kind: Kind, at: string): Seen {
    const isNew = !seen.has(keyOf(kind)) && seen.size >= MOST;
    const { endpointId: _, ...others } = kind;
    const kept = isNew ? others : kind;
    const before = seen.get(keyOf(kept));
    const { since = at, count = 0 } = before?.refused ?? {};
    const now = { noted: 0, ...before, refused: { ...kept, since, at, count: count + 1 } };
    seen.set(keyOf(kept), now);
    return now;
  }

  async function write(now: Date): Promise<void> {
    const fresh = [...seen.values()].filter(({ refused, noted }) => refused.count > noted);
    const merged = mergedWith(await evidence.refusedTokens(), fresh, now);
    await evidence.noteRefusedTokens(merged, now);
    for (const one of fresh) seen.set(keyOf(one.refused), { ...one, noted: one.refused.count, notedAt: now.getTime() });
  }

  return {
    async note(error, endpointId) {
      const kind = kindOf(error, endpointId);
      if (!kind) return;
      const now = clock.now();
      const { notedAt } = met(kind, now.toISOString());
      if (notedAt !== undefined && Math.abs(now.getTime() - notedAt) < HOUR_MS) return;
      try {
        await write(now);
      } catch (failure) {
        if (isSkillError(failure)) log.warn('evidence-not-noted', { error: failure });
        else log.error('evidence-not-noted', { error: asError(failure) });
      }
    },
  };
}

const keyOf = ({ error, endpointId = '', keyId = '' }: Kind): string => `${error} ${keyId} ${endpointId}`;

function kindOf(error: SkillError, endpointId: string | undefined): Kind | undefined {
  const isRefusal =
    error instanceof BearerInvalid || error instanceof BearerUnverified || error instanceof SealingKeyMissing;
  if (!isRefusal) return undefined;
  const keyId = error instanceof SealingKeyMissing ? error.keyId : undefined;
  return {
    error: error.name,
    ...(endpointId !== undefined && endpointId.length <= LONGEST_ID && { endpointId }),
    ...(keyId !== undefined && { keyId }),
  };
}

/** What is in the row and newer than a day, with what this function adds; the latest ones, if there are too many. */
function mergedWith(row: readonly RefusedToken[], fresh: readonly Seen[], now: Date): RefusedToken[] {
  const merged = new Map(
    row.filter(({ at }) => now.getTime() - Date.parse(at) < DAY_MS).map((one) => [keyOf(one), one]),
  );
  for (const { refused, noted } of fresh) {
    const before = merged.get(keyOf(refused));
    const added = refused.count - noted;
    merged.set(keyOf(refused), {
      ...refused,
      since: before && before.since < refused.since ? before.since : refused.since,
      count: (before?.count ?? 0) + added,
    });
  }
  return [...merged.values()].sort((one, other) => other.at.localeCompare(one.at)).slice(0, MOST);
}
