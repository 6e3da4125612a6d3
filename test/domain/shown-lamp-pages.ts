import type { AlexaEvidence } from '../../lambda/domain/alexa-evidence.ts';
import type { Evidence } from '../../lambda/domain/diagnosis/evidence.ts';
import { type Access, lampsPage, shareText } from '../../lambda/linking/lamps-page.ts';
import { viewOf } from '../../lambda/linking/lamps-view.ts';
import type { Reader } from '../../lambda/linking/reader.ts';
import { HEALTHY, NOW } from './diagnosis/support.ts';
import type { State } from './shown-texts.ts';

const at = NOW.toISOString();
const ACCESSES: readonly Access[] = [
  { by: 'link', token: '' },
  { by: 'sign-in', form: { action: '/lamps', field: 'page', sealed: '' } },
];

/** What a look at the account finds in a state, where no command has come for a day. */
function evidenceIn({ session, grant }: State, alexa: AlexaEvidence): Evidence {
  const { goodDirective: _, refresh, eventToken, link, ...rest } = HEALTHY;
  return {
    ...rest,
    ...(alexa.state === 'used' && refresh && { refresh }),
    ...(alexa.state === 'gone' ? { link: { at, state: alexa.reason, since: alexa.since } } : link && { link }),
    ...(session === 'bad' && {
      account: { at, state: 'needs-reauth', reason: 'credentials-not-kept', since: '2026-02-28T09:30:00.000Z' },
      cloud: { at, state: 'session-rejected' },
    }),
    ...(grant === 'gone' ? { eventToken: { at, state: 'revoked' } } : eventToken && { eventToken }),
  };
}

/** The page of lamps, by the link of a notice and after a sign-in. Its sentences over all faults are in `test/linking/true-lamp-texts.test.ts`. */
export function lampPagesIn(state: State, alexa: AlexaEvidence, cloud: string, by: Reader): Promise<Response>[] {
  const context = { texts: by.texts, cloud, skill: by.about.skill };
  return ACCESSES.map((access) => {
    const looked = { evidence: evidenceIn(state, alexa), records: [], answers: {}, blinks: [], now: NOW };
    const view = viewOf(looked, { ...context, isShared: access.by === 'link' }, by.dates);
    return lampsPage(by, view, shareText(view), access);
  });
}
