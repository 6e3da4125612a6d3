import { confirmMail, footer } from '../../lambda/domain/address-texts.ts';
import {
  type AddressDone,
  type AddressProblem,
  type AddressRefusal,
  addressesPage,
  addressPage,
  addressRefusalPage,
  confirmedPage,
  confirmPage,
  questionForm,
  questionPage,
  unsubscribedPage,
  unsubscribePage,
} from '../../lambda/linking/address-pages.ts';
import { purpose } from '../../lambda/linking/notices.ts';
import { signInPage } from '../../lambda/linking/pages.ts';
import type { Reader } from '../../lambda/linking/reader.ts';
import type { NoticeAddress, NoticeAddressState } from '../../lambda/ports/notice-addresses.ts';
import type { Texts } from '../../lambda/texts/texts.ts';

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
const PROBLEMS: Readonly<Record<AddressProblem, true>> = {
  malformed: true,
  'already-there': true,
  full: true,
  'too-many': true,
  'not-there': true,
};
const DONE: Readonly<Record<AddressDone, true>> = { sent: true, 'not-sent': true };
const keys = <Key extends string>(of: Readonly<Record<Key, unknown>>) => Object.keys(of) as Key[];

const address = (state: NoticeAddressState): NoticeAddress => ({
  ...{ id: state, email: MASKED, language: 'en-US', state, confirmMails: 1 },
  since: '2026-03-01T12:00:00.000Z',
});

/** Every page about addresses. What they say depends on an address, and not on the chain from Alexa to the lamps. */
export function addressPages(cloud: string, by: Reader): Promise<Response>[] {
  const states = keys(STATES);
  const links = { unsubscribe: '/', signIn: 'dps' };
  const named = { account: MASKED, address: MASKED };
  return [
    questionPage(by, FORM, { own: '', helper: '' }, 'malformed'),
    ...states.map((state) => addressesPage(by, FORM, { maskedEmail: MASKED }, [address(state)])),
    ...keys(PROBLEMS).map((problem) => addressesPage(by, FORM, { maskedEmail: MASKED }, [], { problem })),
    ...keys(DONE).map((done) => addressesPage(by, FORM, { maskedEmail: MASKED }, [], { done })),
    addressesPage(by, FORM, { maskedEmail: MASKED }, [{ ...address('confirmed'), language: 'es-419' }]),
    addressesPage(by, FORM, { maskedEmail: MASKED }, [
      address('confirmed'),
      address('confirmed'),
      address('confirmed'),
    ]),
    ...states.map((state) => addressPage(by, named, state, links)),
    confirmPage(by, MASKED, MASKED, '/'),
    confirmedPage(by, MASKED, MASKED),
    unsubscribePage(by, MASKED, MASKED, '/'),
    unsubscribedPage(by),
    ...keys(REFUSALS).map((kind) => addressRefusalPage(by, kind, '/notices/sign-in')),
    signInPage(
      by,
      {
        ...{
          words: purpose({ reader: by, cloudName: cloud }).words,
          cloudName: cloud,
          action: '/',
          sealed: '',
          attempt: '123456',
        },
        ...{ sessionDays: 60, formAction: [], now: new Date('2026-03-01T12:00:00.000Z') },
      },
      { email: '', keep: false },
    ),
  ];
}

/** The mails about an address itself, in these texts. */
export const addressMails = (texts: Texts): string[] => {
  const { subject, text } = confirmMail(texts, MASKED, 'https://link.example.org/notices/confirm', 'Ada Lovelace');
  return [
    subject,
    text,
    footer(texts, MASKED, 'https://link.example.org/notices', 'https://link.example.org/connections', 'Ada Lovelace'),
  ];
};

/** The question, as a part of the page of a sign-in that is done. */
export const question = (by: Reader): ReturnType<typeof questionForm> => questionForm(by, FORM, '');
