import { maskEmail } from '../../../lambda/linking/mask-email.ts';
import { addressIn, identityProblem } from '../../deploy/mail-identity.ts';
import type { Check } from '../check.ts';
import { advice, counted, failed, passed, skipped, type Verdict } from '../finding.ts';
import type { FunctionSettings, MessageSettings } from '../target.ts';

// Whether messages reach anybody: the developer by the topic, and people by SES.

export const messageChecks: readonly Check[] = [
  {
    name: 'notice-subscriber',
    title: 'somebody gets the messages of the notice topic',
    after: ['stack'],
    run: async ({ messages }) => (messages ? subscriberVerdict(await messages()) : LOCAL),
  },
  {
    name: 'mail-sender',
    title: 'people get messages about their own account',
    after: ['stack'],
    run: async ({ messages, publish }) => (messages ? senderVerdict(await messages(), publish) : LOCAL),
  },
  {
    name: 'operator',
    title: 'pages say who runs the skill',
    after: ['stack'],
    run: async ({ stacks, publish, deployed }) =>
      deployed
        ? operatorVerdict((await stacks())[0]?.functions['account-linking']?.environment, publish)
        : passed('nothing is deployed here'),
  },
  {
    name: 'accounts-reached',
    title: 'every linked account can be notified, and reports to Alexa',
    after: ['stack'],
    run: async ({ messages }) => (messages ? accountsVerdict(await messages()) : LOCAL),
  },
];

const LOCAL = skipped('known once it is deployed');
const SUBSCRIBE = 'Run npm run deploy -- --notices ADDRESS, and follow the link in the mail that Amazon sends there.';

export function subscriberVerdict({ subscribers, from }: MessageSettings): Verdict {
  if (!subscribers) return skipped('the functions have no notice topic');
  const confirmed = subscribers.filter((one) => one.confirmed);
  const [waiting] = subscribers.filter((one) => !one.confirmed);
  const lost = from === '' ? 'no notice reaches anybody' : 'the developer does not hear what only a developer can fix';
  if (confirmed.length > 0 && !waiting) return passed(confirmed.map(({ address }) => maskEmail(address)).join(', '));
  if (!waiting) return failed(`nobody is subscribed to the notice topic, so ${lost}`, SUBSCRIBE);
  const masked = maskEmail(waiting.address);
  return failed(
    confirmed.length > 0
      ? `${masked} has not confirmed, so no notice goes there`
      : `${masked} has not confirmed, so ${lost}`,
    'Open the mail AWS Notification - Subscription Confirmation there and follow its link. If it is older than two days, subscribe the address once more with npm run deploy.',
  );
}

/** @param publish whether other people will use the skill */
export function senderVerdict({ from, sender }: MessageSettings, publish: boolean): Verdict {
  if (!sender) {
    if (!publish) return skipped('NoticeFrom is not set: every notice goes to the notice topic');
    return failed(
      'NoticeFrom is not set, so the people of a published skill get no message: their notices go to the notice topic',
      'Follow "Writing to people" in README.',
    );
  }
  return problemOf(addressIn(from), sender) ?? passed(`${maskEmail(addressIn(from))} in ${sender.awsRegion}`);
}

/** @param environment of account-linking, whose pages they are; absent where people link elsewhere */
export function operatorVerdict(environment: FunctionSettings['environment'] | undefined, publish: boolean): Verdict {
  if (!environment) return skipped('people sign in elsewhere');
  const { OPERATOR_NAME: name = '', PRIVACY_URL: privacy = '' } = environment;
  const missing = [
    ...(name === '' ? ['who runs the skill'] : []),
    ...(privacy === '' ? ['where its privacy policy is'] : []),
  ].join(' and ');
  if (missing === '') return passed(name);
  if (!publish) return skipped(`no page says ${missing}`);
  return failed(
    `people are asked for their password on pages that do not say ${missing}`,
    `Run npm run deploy -- ${[...(name === '' ? ['--operator NAME'] : []), ...(privacy === '' ? ['--privacy URL'] : [])].join(' ')}.`,
  );
}

/** Without a sender of mails the topic stands for everybody. */
export function accountsVerdict({ counts, from }: MessageSettings): Verdict {
  if (!counts) return skipped('not counted yet; maintenance does so once a week');
  const { accounts, withoutAddress, withoutGrant } = counts;
  const all = `of ${counted(accounts, 'linked account')}`;
  if (withoutGrant > 0)
    return advice(
      `${withoutGrant} ${all} gave no permission to report, so the Alexa app may show old states of their lamps`,
      'Switch on "Send Alexa Events" in the developer console, and ask Amazon there (Contact Us) to send AcceptGrant for links made before.',
    );
  if (from !== '' && withoutAddress > 0)
    return advice(
      `${withoutAddress} ${all} have no confirmed address, so they get no message`,
      'Their people can add one on the page /notices/sign-in of this skill. Tell those that you know.',
    );
  return passed(counted(accounts, 'linked account'));
}

const MAIL_STACK = 'Run npm run deploy, which brings the mail stack up to date.';

function problemOf(address: string, sender: NonNullable<MessageSettings['sender']>): Verdict | undefined {
  const { identity, sandbox, sendingEnabled, events, awsRegion } = sender;
  const problem = identityProblem(address, identity, awsRegion);
  if (problem) return failed(problem.says, problem.remedy);
  if (!sendingEnabled)
    return failed(
      `SES in ${awsRegion} has paused this AWS account`,
      'Open Account dashboard in the SES console; it says why.',
    );
  if (sandbox)
    return failed(
      `SES in ${awsRegion} is in its sandbox, so it writes to verified addresses only, 200 mails a day`,
      'Request production access in the SES console, under Account dashboard.',
    );
  if (!events) return failed('the configuration set of the mails is missing, so SES refuses each of them', MAIL_STACK);
  if (!['BOUNCE', 'COMPLAINT'].every((type) => events.includes(type)))
    return failed('nobody hears of mails that come back or are called spam', MAIL_STACK);
  return undefined;
}
