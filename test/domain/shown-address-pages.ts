import { confirmMail, footer, nobodyToldText } from '../../lambda/domain/address-texts.ts';
import {
  type AddressRefusal,
  addressesPage,
  addressPage,
  addressRefusalPage,
  confirmedPage,
  confirmPage,
  MALFORMED,
  questionForm,
  questionPage,
  unsubscribedPage,
  unsubscribePage,
} from '../../lambda/linking/address-pages.ts';
import { notDone, purpose } from '../../lambda/linking/notices.ts';
import { signInPage } from '../../lambda/linking/pages.ts';
import type { NoticeAddress, NoticeAddressState } from '../../lambda/ports/notice-addresses.ts';
import { en } from '../../lambda/texts/en.ts';

const MASKED = 'm…y@example.org';
const FORM = { action: '/', field: 'form', sealed: '', attempt: '123456', formAction: [] };
const STATES: Readonly<Record<NoticeAddressState, true>> = {
  pending: true,
  confirmed: true,
  unsubscribed: true,
  bounced: true,
  complained: true,
};
const REFUSALS: Readonly<Record<AddressRefusal, true>> = {
  'no-link': true,
  'not-there': true,
  'too-old': true,
  'form-too-old': true,
  'other-browser': true,
  malformed: true,
  'no-mail': true,
  nobody: true,
};
const keys = <Key extends string>(of: Readonly<Record<Key, unknown>>) => Object.keys(of) as Key[];

const address = (state: NoticeAddressState): NoticeAddress => ({
  ...{ id: state, email: MASKED, language: 'en-US', state, confirmMails: 1 },
  since: '2026-03-01T12:00:00.000Z',
});

/** Every page about addresses. What they say depends on an address, and not on the chain from Alexa to the lamps. */
export function addressPages(cloud: string): Promise<Response>[] {
  const states = keys(STATES);
  const links = { unsubscribe: '/', signIn: 'dps' };
  const named = { account: MASKED, address: MASKED };
  const problems = [MALFORMED, ...notDone];
  return [
    questionPage(FORM, { own: '', helper: '' }, MALFORMED),
    ...states.map((state) => addressesPage(FORM, { maskedEmail: MASKED }, [address(state)])),
    ...problems.map((problem) => addressesPage(FORM, { maskedEmail: MASKED }, [], { problem })),
    addressesPage(FORM, { maskedEmail: MASKED }, [address('confirmed'), address('confirmed'), address('confirmed')]),
    ...states.map((state) => addressPage(named, state, links)),
    confirmPage(MASKED, MASKED, '/'),
    confirmedPage(MASKED, MASKED),
    unsubscribePage(MASKED, MASKED, '/'),
    unsubscribedPage(),
    ...keys(REFUSALS).map((kind) => addressRefusalPage(kind, '/notices/sign-in')),
    signInPage(
      {
        ...{ words: purpose(cloud).words, cloudName: cloud, action: '/', sealed: '', attempt: '123456' },
        ...{ sessionDays: 60, formAction: [], now: new Date('2026-03-01T12:00:00.000Z') },
      },
      { email: '', keep: false },
    ),
  ];
}

/** The mails about an address itself, and what the developer gets where nobody of the account can be told. */
export const addressMails = (): string[] =>
  [
    confirmMail(en, MASKED, 'https://link.example.org/notices/confirm'),
    ...(['notice', 'all-clear'] as const).map((kind) =>
      nobodyToldText({ accountId: 'account-1', cause: 'locked', maskedEmail: MASKED }, kind),
    ),
    { subject: '', text: footer(en, MASKED, 'https://link.example.org/notices') },
  ].flatMap(({ subject, text }) => [subject, text]);

/** The question, as a part of the page of a sign-in that is done. */
export const question = (): ReturnType<typeof questionForm> => questionForm(FORM, '');
