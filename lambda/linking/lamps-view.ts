import { type Diagnosis, diagnose } from '../domain/diagnosis/diagnose.ts';
import type { Evidence } from '../domain/diagnosis/evidence.ts';
import type { Device } from '../ports/device-cloud.ts';
import type { DeviceRecord, DeviceState } from '../ports/device-store.ts';
import type { Dates } from '../texts/dates.ts';
import type { Answers } from './lamps-answers.ts';
import { type ChainLine, chainOf } from './lamps-chain.ts';
import { type LampsContext, nameIn, percent, type Verdict, verdictOf } from './lamps-words.ts';

export interface LampLine {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly isOffline: boolean;
}

/** What the page shows. */
export interface LampsView {
  readonly context: LampsContext;
  readonly dates: Dates;
  /** ISO 8601: when it was checked. */
  readonly at: string;
  readonly verdict: Verdict;
  /** Absent where the list could not be had. */
  readonly lamps: readonly LampLine[] | undefined;
  readonly chain: readonly ChainLine[];
  readonly hints: readonly string[];
  readonly answers: Answers;
  /** The rows of the lamps: only for whoever has signed in. */
  readonly records: readonly DeviceRecord[];
  /** ISO 8601: when this page made lamps blink. */
  readonly blinks: readonly string[];
}

export interface PageEvidence {
  readonly evidence: Evidence;
  /** The rows of the lamps; none for whoever has only a link, since they tell what people at home do. */
  readonly records: readonly DeviceRecord[];
  readonly answers: Answers;
  readonly blinks: readonly string[];
  /** A lamp that this page has just set back: its row follows a moment later. */
  readonly setBack?: Pick<Device, 'id' | 'power' | 'level'>;
  readonly now: Date;
}

/** Everything that the page says, from what was checked. */
export function viewOf(looked: PageEvidence, context: LampsContext, dates: Dates): LampsView {
  const { evidence, records, answers, blinks, now } = looked;
  const diagnosis = diagnose(evidence, now);
  const lamps = lampLines(looked, context);
  return {
    ...{ context, dates, at: now.toISOString(), answers, records, blinks, lamps },
    verdict: verdictOf(diagnosis, context),
    chain: chainOf(diagnosis, evidence.plugs?.list.length ?? 0, context),
    hints: hintsOf(diagnosis, context, dates),
  };
}

/** Only people who have signed in see when somebody linked. */
function hintsOf({ hints }: Diagnosis, context: LampsContext, dates: Dates): string[] {
  const texts = context.texts.lamps.hints;
  return hints.flatMap((hint) => {
    switch (hint.code) {
      case 'certificate-ends-soon':
        return [];
      case 'link-lost': {
        const { lost, of, linkedAt } = hint;
        return context.isShared ? [] : [texts['link-lost']({ lost, of, date: dates.date(new Date(linkedAt)) })];
      }
      default:
        return [texts[hint.code]({ name: nameIn(hint.name, context) })];
    }
  });
}

function lampLines({ evidence, records, setBack }: PageEvidence, context: LampsContext): LampLine[] | undefined {
  const rows = new Map(records.map((record) => [record.device.id, after(record, setBack)]));
  const isCurrent = evidence.cloud?.state === 'ok';
  return evidence.plugs?.list.map(({ id, name, connected }) => ({
    id,
    name,
    isOffline: !connected,
    state: stateText(connected, isCurrent, rows.get(id), context),
  }));
}

const after = (record: DeviceRecord, setBack: PageEvidence['setBack']): LampLight =>
  setBack?.id === record.device.id ? { device: record.device, lastState: setBack } : record;

function stateText(
  connected: boolean,
  isCurrent: boolean,
  record: LampLight | undefined,
  context: LampsContext,
): string {
  const { lamp } = context.texts.lamps;
  const light = record && lightText(record, context);
  if (!connected) return light === undefined ? lamp.offline : `${lamp.offline}. ${lamp.lastKnown({ state: light })}`;
  if (!isCurrent) return light === undefined ? lamp.notLooked : lamp.lastKnown({ state: light });
  return light ?? lamp.connected;
}

interface LampLight {
  readonly device: Pick<Device, 'dimmable'>;
  readonly lastState: Pick<DeviceState, 'power' | 'level'>;
}

/** `On at 40 %` */
export function lightText({ device, lastState }: LampLight, context: LampsContext): string {
  const { lamp } = context.texts.lamps;
  if (lastState.power === 'OFF') return lamp.off;
  return device.dimmable ? lamp.on({ level: percent(lastState.level, context) }) : lamp.onSwitch;
}
