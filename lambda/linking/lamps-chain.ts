import { convictions, type Diagnosis } from '../domain/diagnosis/diagnose.ts';
import { HOPS, type Hop, type Part } from '../domain/diagnosis/hops.ts';
import { causeText, type LampsContext } from './lamps-words.ts';

/** One line of the chain, as a person sees it. */
export interface ChainLine {
  readonly part: Part;
  readonly name: string;
  readonly state: 'ok' | 'broken' | 'unknown';
  readonly what: string;
  /** ISO 8601: since when it is broken, or when it was seen to work; `what` then has `MOMENT` where it belongs, if it belongs there. */
  readonly at?: string;
}

/** Stands in a text where a moment is filled in. No text of a person has it. */
export const MOMENT = '\u0000';

const PARTS: readonly Part[] = ['alexa', 'skill', 'cloud', 'plug', 'lamp', 'reports'];

/** The hop that shows that a part works, and the hops that must work as well. Little can be seen of the other hops of a part at any time. */
const PROVING: Readonly<Record<Part, { readonly hop: Hop; readonly also?: Hop }>> = {
  alexa: { hop: 'alexa-link' },
  skill: { hop: 'table' },
  cloud: { hop: 'device-cloud' },
  plug: { hop: 'plug' },
  lamp: { hop: 'lamp' },
  reports: { hop: 'gateway', also: 'watch' },
};

/** @param plugs how many plugs were looked at */
export const chainOf = (diagnosis: Diagnosis, plugs: number, context: LampsContext): ChainLine[] =>
  PARTS.map((part) => lineOf(part, diagnosis, plugs, context));

function lineOf(part: Part, diagnosis: Diagnosis, plugs: number, context: LampsContext): ChainLine {
  const { parts, unknown } = context.texts.lamps;
  const name = part === 'alexa' ? 'Alexa' : part === 'cloud' ? context.cloud : parts[part];
  const broken = convictions(diagnosis).find(({ hop }) => HOPS[hop].part === part);
  if (broken) {
    const since = broken.since === undefined ? {} : { at: broken.since };
    return { part, name, state: 'broken', what: causeText(broken.cause, context), ...since };
  }
  const { hop: proving, also = proving } = PROVING[part];
  const acquitted = (wanted: Hop) => diagnosis.acquitted.find(({ hop }) => hop === wanted);
  const proof = acquitted(also) && acquitted(proving);
  if (!proof) return { part, name, state: 'unknown', what: unknown[part] };
  if (context.isShared && part === 'alexa')
    return { part, name, state: 'ok', what: context.texts.lamps.ok.alexaLately };
  return { part, name, state: 'ok', what: okText(part, proof.proof, plugs, context), at: proof.at };
}

function okText(part: Part, proof: string, plugs: number, { texts }: LampsContext): string {
  const { ok } = texts.lamps;
  switch (part) {
    case 'alexa':
      return proof === 'refresh' ? ok.refresh({ moment: MOMENT }) : ok.alexa({ moment: MOMENT });
    case 'cloud':
      return proof === 'probe' ? ok.cloud : ok.cloudLately;
    case 'plug':
      return ok.plug({ count: plugs });
    default:
      return ok[part];
  }
}
