import * as v from 'valibot';
import { CAUSES, type CauseCode } from '../../lambda/domain/diagnosis/causes.ts';
import { ALL_HOPS } from '../../lambda/domain/diagnosis/hops.ts';
import { Failure } from '../deploy/failure.ts';
import type { Report } from './report.ts';

/** Where the desk's page serves what the doctor would say. */
export const DESK_PATH = '/doctor';

const text = v.string();
const hop = v.picklist(ALL_HOPS);
const who = v.exactOptional(v.picklist(['person', 'helper', 'developer', 'nobody']));
const optional = v.exactOptional(text);
const DeskReport = v.object({
  title: text,
  at: text,
  verdict: v.picklist([...ALL_HOPS, 'undecided', 'healthy']),
  blind: v.boolean(),
  since: optional,
  says: text,
  remedy: optional,
  who,
  lines: v.array(
    v.object({
      hop,
      code: text,
      state: v.picklist(['ok', 'broken', 'unknown']),
      says: text,
      at: optional,
      remedy: optional,
      who,
      fromSetUp: v.exactOptional(v.literal(true)),
    }),
  ),
  hints: v.array(text),
  setUp: v.array(
    v.object({
      hop,
      outcome: v.picklist(['failed', 'advice']),
      check: text,
      says: text,
      remedy: text,
      didNotRun: v.exactOptional(v.literal(true)),
    }),
  ),
  links: v.exactOptional(v.array(text)),
  accounts: v.exactOptional(
    v.object({
      all: v.number(),
      looked: v.number(),
      found: v.array(
        v.object({
          hop,
          cause: v.picklist(Object.keys(CAUSES) as CauseCode[]),
          example: text,
          count: v.number(),
          accounts: v.array(text),
        }),
      ),
    }),
  ),
}) satisfies v.GenericSchema<unknown, Report>;

/** What a running desk says of its first account. @throws Failure */
export async function reportOfDesk(address: string): Promise<Report> {
  if (!URL.canParse(address))
    throw new Failure('--desk takes an address.', 'npm start prints it: http://127.0.0.1:...');
  const answer = await fetch(new URL(DESK_PATH, address), { signal: AbortSignal.timeout(15_000) }).catch(
    () => undefined,
  );
  const report = v.safeParse(DeskReport, answer?.ok ? await answer.json().catch(() => undefined) : undefined);
  if (!report.success)
    throw new Failure(
      'No desk answers at this address.',
      'Start one with npm start, and use the address that it prints.',
    );
  return report.output;
}
