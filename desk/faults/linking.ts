import type { DeskFault } from './fault.ts';

/** Alexa waits 4.5 s for the token endpoint. */
const LATE_MS = 5_000;

/** The first sign-in, and each time that Alexa refreshes. */
export const linkingFaults: readonly DeskFault[] = [
  {
    id: 'sign-in-page-down',
    hop: 'account-linking',
    label: 'Sign-in page answers 503',
    expect: 'Nobody can link. Whoever is linked notices nothing.',
    inject: (system) => system.linkingFaults.fail('/authorize'),
    real: true,
  },
  {
    id: 'token-endpoint-down',
    hop: 'account-linking',
    label: 'Token endpoint answers 503',
    expect: 'Alexa keeps the link and tries again. Commands go on for as long as her token lives, an hour at most.',
    inject: (system) => system.linkingFaults.fail('/token'),
    real: true,
  },
  {
    id: 'token-endpoint-late',
    hop: 'account-linking',
    label: 'Token endpoint slower than Alexa waits',
    expect: 'Each answer comes after five seconds, and Alexa gives up after 4.5. A new link fails, an old one waits.',
    inject: ({ linkingFaults }) => linkingFaults.delay(LATE_MS),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'code-exchange-late',
    hop: 'account-linking',
    label: 'Table slow when a code is exchanged',
    expect:
      'Link the skill: Alexa waits 4.5 s for her tokens, and says that she was unable to link. Old links refresh.',
    inject: ({ linkingFaults }) => linkingFaults.stallExchanges(),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'refresh-token-refused',
    hop: 'account-linking',
    label: "Alexa's refresh token refused",
    expect:
      'Alexa presents one that we have not issued, and hears invalid_grant at her next refresh. She drops the link; link it again.',
    inject: ({ linkingFaults }) => linkingFaults.spoilRefreshTokens(),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'client-secret-lost',
    hop: 'account-linking',
    label: 'Client secret of old links deleted',
    expect:
      'Alexa refreshes with the secret that the link was made with, and hears invalid_client. This Alexa drops the link; link it again.',
    inject: (system) => system.loseClientSecret(),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'certificate-ended',
    hop: 'account-linking',
    label: 'Certificate of our address ended',
    expect: 'Nobody can link, and Alexa cannot refresh. She keeps the link; commands go on for an hour at most.',
    inject: ({ linkingFaults }) => linkingFaults.hide('certificate-ended'),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'name-unknown',
    hop: 'account-linking',
    label: 'Name of our address gone from the DNS',
    expect: 'Nobody can link, and Alexa cannot refresh. She keeps the link; commands go on for an hour at most.',
    inject: ({ linkingFaults }) => linkingFaults.hide('name-unknown'),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'console-secret-wrong',
    hop: 'account-linking',
    label: 'Wrong client secret in the console',
    expect: 'Link the skill: Alexa says that it was unable to link. Whoever is linked notices nothing.',
    inject: ({ linkingFaults }) => linkingFaults.misconfigure({ clientSecret: 'of-another-skill' }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'console-client-wrong',
    hop: 'account-linking',
    label: 'Wrong client id in the console',
    expect: 'Link the skill: our page opens for no client that we know. Whoever is linked notices nothing.',
    inject: ({ linkingFaults }) => linkingFaults.misconfigure({ clientId: 'alexa-of-another-skill' }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'console-address-wrong',
    hop: 'account-linking',
    label: 'Wrong token address in the console',
    expect: 'Link the skill: the sign-in works, and Alexa takes the code to an address where nobody knows it.',
    inject: (system) => system.linkingFaults.misconfigure({ tokenUrl: `${system.environment.PUBLIC_URLS}/tokens` }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'keys-away',
    hop: 'account-linking',
    label: 'Address of the public keys down',
    expect:
      'Nothing: the skill goes on with the keys that it knows, and a function that starts now with those in the table.',
    inject: ({ signInServer }) =>
      signInServer?.inject({ kind: 'html', status: 503, path: /^\/jwks$/ }) ?? (() => undefined),
    linkedBy: 'maker',
  },
  {
    id: 'sign-in-server-down',
    hop: 'account-linking',
    label: "The maker's sign-in server down",
    expect: 'Voice goes on until Alexa needs a new token; then it waits, keeps the link, and asks again.',
    inject: ({ signInServer }) => signInServer?.inject({ kind: 'html', status: 503 }) ?? (() => undefined),
    linkedBy: 'maker',
  },
];
