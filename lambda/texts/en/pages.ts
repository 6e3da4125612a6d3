/** What stands on every page, and the pages that several ways lead to. */
export const pages = {
  skill: ({ skill }: { readonly skill: string }) => `Alexa skill ${skill}`,
  operator: ({ operator }: { readonly operator: string }) => `This skill is run by ${operator}.`,
  privacy: 'Privacy',
  otherLanguages: 'Other languages',
  /** Before the title of a page that says what went wrong: a screen reader reads it first. */
  problem: ({ title }: { readonly title: string }) => `Problem: ${title}`,
  attempt: ({ attempt }: { readonly attempt: string }) => `Attempt ${attempt}. If you need help, mention this number.`,
  failure: {
    title: 'Please try again later',
    text: 'Something on our side does not work at the moment. This has nothing to do with your account or your password, and your lamps were not changed. Please go back and try again in a few minutes.',
  },
  /** Why a request of the Alexa app cannot continue. */
  refusals: {
    'too-old': {
      title: 'This page is too old',
      text: 'Please start again in the Alexa app: open the skill and choose to link your account. Nothing was changed.',
    },
    'other-browser': {
      title: 'This page was opened elsewhere',
      text: 'Please start again in the Alexa app: open the skill and choose to link your account. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
    },
    'unknown-client': {
      title: 'This is not a link from Alexa',
      text: 'Please start in the Alexa app: open the skill and choose to link your account. If you came from there, the skill is not set up correctly: its client id is not known here.',
    },
    'retired-client': {
      title: 'This way to link is closed',
      text: 'This server still serves existing links of this kind, but makes no new ones. Please start again in the Alexa app.',
    },
    'unknown-redirect': {
      title: 'This is not a link from Alexa',
      text: 'Please start in the Alexa app: open the skill and choose to link your account. If you came from there, the skill is not set up correctly: its redirect URI is not known here.',
    },
    malformed: {
      title: 'This page cannot be shown',
      text: 'The Alexa app does not send such a request. Please start again there: open the skill and choose to link your account.',
    },
  },
  /** The page at `/`. */
  home: {
    title: ({ skill }: { readonly skill: string }) => `Sign-in for ${skill}`,
    what: ({ skill, cloud }: { readonly skill: string; readonly cloud: string }) =>
      `This address belongs to the Alexa skill ${skill}. With it Alexa switches and dims lamps of ${cloud}.`,
    start:
      'To connect your lamps, open the skill in the Alexa app and choose to link your account. The app then leads you here.',
    connected: 'If you have connected an account, you can see and change this here:',
    connections: 'Who is connected',
    addresses: 'Who gets messages',
  },
};

export type PageTexts = typeof pages;
