import { blink } from '../domain/blink.ts';
import { withDeadline } from '../domain/deadline.ts';
import type { Account } from '../ports/account-store.ts';
import type { Device } from '../ports/device-cloud.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Outcome } from './lamps-page.ts';
import { lightText } from './lamps-view.ts';
import type { Visit } from './lamps-visit.ts';
import { type LampsContext, nameIn } from './lamps-words.ts';
import type { LinkingPorts } from './ports.ts';

/** What a button has led to, and what the page knows now. */
export interface ButtonResult {
  readonly visit: Visit;
  readonly outcome?: Outcome;
}

/** Who has pressed a button, and what it needs. */
export interface ButtonContext {
  readonly visit: Visit;
  readonly account: Account;
  readonly context: LampsContext;
  readonly ports: LinkingPorts;
  /** Ends what waits. */
  readonly signal: AbortSignal;
}

/** Limits how often a page that was left open can blink a lamp that others need. */
const BLINKS = { limit: 3, windowSeconds: 300 } as const;
/** A list of devices takes three requests, one after the other. */
const LIST_MS = 4_000;
/** How long the page watches for a tap, counted from its start, and how long one request waits for it. */
const TAP_MS = 15_000;
const WAIT_MS = 6_000;
const LOOK_EVERY_MS = 1_500;
const MOST_BLINKS = 5;

/** Blinks a lamp of the account, if whoever is at it has ticked the box. */
export async function blinkLamp(lampId: string, hasConsent: boolean, acting: ButtonContext): Promise<ButtonResult> {
  const { visit, account, context, ports, signal } = acting;
  const texts = context.texts.lamps.tests.blink;
  const problem = (text: string): ButtonResult => ({ visit, outcome: { text, isProblem: true } });
  if (!hasConsent) return { visit, outcome: { text: texts.notNow, isProblem: true, needsConsent: true } };
  const counter = { name: 'blink', key: `blink#${account.id}`, labels: ['blink'], anyOf: [{ limits: [BLINKS] }] };
  const taken = await ports.throttle.take([counter], ports.clock.now());
  if (!taken.taken) return problem(texts.wait);
  const at = ports.clock.now().toISOString();
  try {
    const { before, level, confirmed, after } = await blink(
      account.session,
      lampId,
      { cloud: ports.lampCloud, clock: ports.clock },
      signal,
    );
    ports.log.info('lamp-blinked', { account: account.id, device: lampId, confirmed, after });
    const name = nameIn(before.name, context);
    const { seen: _, ...rest } = { ...visit.blink };
    const blinked = { ...rest, at, confirmed, level };
    const next: Visit = { ...visit, lampId, blink: blinked, blinks: [...visit.blinks, at].slice(-MOST_BLINKS) };
    const state = lightText({ device: before, lastState: before }, context);
    const more = after === 'back' ? '' : ` ${after === 'failed' ? texts.notBack({ name, state }) : texts.changed}`;
    return {
      visit: next,
      outcome: {
        text: texts.ask({ name }) + more,
        isProblem: false,
        asks: 'blink',
        ...(after === 'back' && { setBack: before }),
      },
    };
  } catch (error) {
    if (!isSkillError(error)) throw error;
    ports.log.warn('lamp-not-blinked', { account: account.id, device: lampId, error });
    return problem(texts.failed);
  }
}

/** Notes how the lamps are now, and asks for the tap. */
export async function startTap({ visit, account, context, ports }: ButtonContext): Promise<ButtonResult> {
  const at = ports.clock.now().toISOString();
  const { tap: texts, blink: others } = context.texts.lamps.tests;
  const lamps = await lightsOf(account, ports);
  if (!lamps) return { visit, outcome: { text: others.failedLook, isProblem: true } };
  return { visit: { ...visit, tap: { at, lamps } }, outcome: { text: texts.now, isProblem: false, asks: 'tap' } };
}

/** Looks for what has changed since then: a lamp, or a command that failed here. */
export async function lookForTap(acting: ButtonContext): Promise<ButtonResult> {
  const { visit, account, context, ports, signal } = acting;
  const { clock, evidence } = ports;
  const texts = context.texts.lamps.tests.tap;
  if (!visit.tap) return await startTap(acting);
  const { at, lamps } = visit.tap;
  const began = clock.now().getTime();
  const until = Math.min(Date.parse(at) + TAP_MS, began + WAIT_MS);
  const { tap: _, ...rest } = visit;
  for (;;) {
    const [now, notes] = await Promise.all([
      lightsOf(account, ports),
      evidence.get(account.id).catch((error: unknown) => {
        if (!isSkillError(error)) throw error;
        return undefined;
      }),
    ]);
    const seenAt = clock.now().toISOString();
    if (now && hasOtherLight(lamps, now))
      return {
        visit: { ...rest, trial: { at: seenAt, tap: true } },
        outcome: { text: texts.came, isProblem: false, asks: 'speech' },
      };
    if ((notes?.failedDirective?.at ?? '') >= at)
      return {
        visit: { ...rest, trial: { at: seenAt, tap: true } },
        outcome: { text: texts.failed, isProblem: false },
      };
    if (clock.now().getTime() >= until)
      return { visit: { ...rest, trial: { at: seenAt, tap: false } }, outcome: { text: texts.none, isProblem: false } };
    await clock.wait(LOOK_EVERY_MS, signal);
  }
}

/** How long the device cloud may take to notice the button of a plug. */
const PRESS_MS = 5_000;

/** Notes how the lamps are now, and asks for the button of a plug. */
export async function startPress({ visit, account, context, ports }: ButtonContext): Promise<ButtonResult> {
  const { press: texts, blink: others } = context.texts.lamps.tests;
  const lamps = await lightsOf(account, ports);
  if (!lamps) return { visit, outcome: { text: others.failedLook, isProblem: true } };
  const { button: _, ...rest } = visit;
  return { visit: { ...rest, press: { lamps } }, outcome: { text: texts.now, isProblem: false, asks: 'press' } };
}

/** Looks whether the device cloud has noticed the button. If not, only the person knows whether the lamp has followed it. */
export async function lookForPress(acting: ButtonContext): Promise<ButtonResult> {
  const { visit, account, context, ports, signal } = acting;
  if (!visit.press) return await startPress(acting);
  const { clock } = ports;
  const { press: texts, blink: others } = context.texts.lamps.tests;
  const { press, ...rest } = visit;
  const until = clock.now().getTime() + PRESS_MS;
  for (;;) {
    const now = await lightsOf(account, ports);
    const at = clock.now().toISOString();
    if (now && hasOtherLight(press.lamps, now))
      return {
        visit: { ...rest, button: { at, noticed: true } },
        outcome: { text: texts.came({ cloud: context.cloud }), isProblem: false },
      };
    if (clock.now().getTime() >= until) {
      if (!now) return { visit: rest, outcome: { text: others.failedLook, isProblem: true } };
      const text = texts.none({ cloud: context.cloud });
      return {
        visit: { ...rest, press: { ...press, missedAt: at } },
        outcome: { text, isProblem: false, asks: 'follow' },
      };
    }
    await clock.wait(LOOK_EVERY_MS, signal);
  }
}

/** The lamp has followed its button, which the device cloud has not noticed; or it has not, which says nothing of the device cloud. */
export function answerPress({ press, ...rest }: Visit, hasFollowed: boolean): ButtonResult {
  if (press?.missedAt === undefined || !hasFollowed) return { visit: rest };
  return { visit: { ...rest, button: { at: press.missedAt, noticed: false } } };
}

const lightTextOf = ({ id, power, level }: Device): string => `${id} ${power} ${level}`;

/** @returns nothing when the device cloud does not answer */
async function lightsOf({ session }: Account, ports: LinkingPorts): Promise<string[] | undefined> {
  try {
    const { devices } = await withDeadline(LIST_MS, ports, (signal, { lampCloud }) =>
      lampCloud.devices(session, signal),
    );
    return devices.map(lightTextOf);
  } catch (error) {
    if (!isSkillError(error)) throw error;
    return undefined;
  }
}

/** A lamp that came or went in the list is no switched lamp. */
const hasOtherLight = (before: readonly string[], now: readonly string[]): boolean => {
  const idOf = (text: string) => text.split(' ')[0];
  const known = new Set(before.map(idOf));
  return now.some((text) => known.has(idOf(text)) && !before.includes(text));
};
