import { changesNothing, type DeskFault } from './fault.ts';

export const MISHEARD = 'alexa-mishears';

/** What Alexa hears, what she keeps of the lamps, and how her API behaves. */
export const alexaFaults: readonly DeskFault[] = [
  {
    id: MISHEARD,
    hop: 'alexa',
    label: 'Alexa hears something else',
    expect: 'She looks for a lamp that there is not, and sends nothing. The tile still works.',
    inject: changesNothing,
    real: true,
  },
  {
    id: 'tiles-stuck',
    hop: 'alexa',
    label: 'Tiles keep the old state',
    expect: 'Alexa accepts each report with 202, and the tiles in the app go on showing what was before.',
    inject: ({ alexa }) => alexa.inject({ at: 'copy', kind: 'stuck' }),
    real: true,
  },
  {
    id: 'alexa-api-down',
    hop: 'alexa',
    label: 'Alexa API answers 503',
    expect: 'Voice and reports go on. The page that links Alexa again says to try again in some minutes.',
    inject: ({ alexa }) => alexa.inject({ at: 'enablement-post', kind: 'status', status: 503 }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'alexa-api-forbids',
    hop: 'alexa',
    label: 'Alexa API answers 403',
    expect: 'The page that links Alexa again says that this Amazon account may not use this version of the skill.',
    inject: ({ alexa }) => alexa.inject({ at: 'enablement-post', kind: 'status', status: 403 }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'alexa-api-loses-answer',
    hop: 'alexa',
    label: 'Alexa API loses its answer',
    expect: 'Alexa links the skill and its answer is lost: the page asks for the status, and says that it is done.',
    inject: ({ alexa }) => alexa.inject({ at: 'enablement-post', kind: 'reset' }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'alexa-sends-verifier',
    hop: 'alexa',
    label: 'Alexa sends a code verifier',
    expect:
      "Alexa sends one that it made up, as the console's PKCE switch may do. Linking from the page works all the same.",
    inject: ({ alexa }) => {
      alexa.enablement.verifier = true;
      return () => {
        alexa.enablement.verifier = false;
      };
    },
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'skill-events-lost',
    hop: 'alexa',
    label: 'Skill events never come',
    expect: 'Alexa does not say that the skill was enabled or linked from the page, and the lamp obeys all the same.',
    inject: ({ alexa }) => {
      alexa.enablement.events = 'never';
      return () => {
        alexa.enablement.events = 'at-once';
      };
    },
    real: true,
    linkedBy: 'skill',
  },
];
