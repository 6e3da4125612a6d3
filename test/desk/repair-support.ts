import type { AmazonCustomer } from '../../desk/amazon-customer.ts';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import { createTimeMachine } from '../../desk/time-travel.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { testClock } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';

/** One account with a lamp and an Alexa, in a local system whose hours pass as on the desk. */
export interface Story {
  readonly system: LocalSystem;
  readonly amazon: AmazonCustomer;
  readonly account: string;
  readonly lines: string[];
  /** As the controls "1 day later" and so on: hourly maintenance, and a daily look at the Alexa app. */
  days(count: number): Promise<void>;
  say(): Promise<string>;
  /** The message that the helper got last. */
  readonly mail: { readonly cause: string; readonly subject: string; readonly text: string };
  close(): Promise<void>;
}

export async function openStory(): Promise<Story> {
  const clock = testClock();
  const lines: string[] = [];
  const log = createLog('info', clock, (line) => lines.push(line));
  const system = await startLocalSystem({ clock, log, reportDelayMs: 20, watch: false });
  const { userId, residenceIds } = system.myLeviton.addAccount({ email: EMAIL, password: PASSWORD });
  const lamp = system.myLeviton.addSwitch(residenceIds[0] ?? 0, { name: 'Bedroom lamp' });
  const amazon = await seedLink(system, { email: EMAIL, password: PASSWORD, keep: true });
  const { customer } = amazon;
  await customer.acceptGrant();
  await customer.discover();
  await system.queue.idle();
  const openApp = async () => {
    if (customer.linked) await customer.reportState(String(lamp.id));
  };
  const time = createTimeMachine(system, { quiet: () => system.queue.idle(), changed: () => undefined, openApp });
  return {
    ...{ system, amazon, account: String(userId), lines, close: system.close },
    days: (count) => time.advance(count),
    say: async () => (await customer.say('turn on the bedroom lamp')).answer,
    get mail() {
      const last = system.notices.at(-1);
      if (!last) throw new Error('there is no message');
      return last;
    },
  };
}

export const causesOf = ({ system }: Story): string[] => system.notices.map(({ kind, cause }) => `${kind} ${cause}`);

/** Opens the link of a message and signs in there: the page with the button to Amazon. */
export async function openMail({ text }: Story['mail']): Promise<Visitor> {
  const [link] = /http\S+\/alexa\?t=\S+/.exec(text) ?? [];
  if (!link) throw new Error(`there is no link to connect Alexa in: ${text}`);
  const helper = new Visitor();
  await helper.open(link);
  await helper.act('sign-in', { email: EMAIL, password: PASSWORD, keep: 'yes' });
  return helper;
}

/** From the button to Amazon's page, Allow, and back. @returns the heading of the last page */
export async function allow(
  visitor: Visitor,
  { amazon }: Story,
  fields: { readonly watch?: string } = {},
): Promise<string> {
  await visitor.act('connect', fields);
  return (await visitor.consent({ account: amazon.customer.id })).title;
}
