import type { ComponentChildren } from 'preact';
import { now } from './desk-state.ts';
import type { DeskState, LinkState } from './protocol.ts';
import { FailedMark } from './talk.tsx';
import { ageWords, dateWords, evidenceWords, momentWords, personReasonWords, refreshWords } from './words.ts';

/** Whether Alexa and the device cloud still let us in, until when, and the way to link again. */
export function Link({ link, cloud, cloudName }: { link: LinkState } & Pick<DeskState, 'cloud' | 'cloudName'>) {
  const { linked, since, session, startUrl } = link;
  const at = since === undefined ? undefined : Date.parse(since);
  return (
    <section class="card link" aria-labelledby="link-title" data-linked={linked}>
      <div class="link-head">
        <h2 id="link-title">The link</h2>
        <p class="badge" data-well={linked} data-testid="link-state" aria-live="polite">
          {linked ? <WellMark /> : <FailedMark />}
          {linked ? 'Linked' : 'Not linked'}
        </p>
      </div>
      <dl>
        {at !== undefined && (
          <Fact term="Linked last">
            on {dateWords(at)}, {ageWords(Math.max(0, now.value - at))}
          </Fact>
        )}
        <Fact term="Alexa's token" bad={link.refused > 0 || !linked}>
          {linked ? refreshWords(link) : 'none, so Alexa sends nothing'}
        </Fact>
        <Fact term="Permission to report" bad={!link.mayReport}>
          {link.mayReport ? 'good' : 'revoked: no report reaches the tiles'}
        </Fact>
        {link.evidence && <Evidence evidence={link.evidence} />}
        {session && <Session session={session} cloudName={cloudName} />}
      </dl>
      <div class="link-again">
        {/* In the same tab: the sign-in comes back to the desk by itself. */}
        <a class={linked ? 'plain' : 'strong'} href={startUrl}>
          {linked ? 'Link again' : 'Link the skill'}
        </a>
        <a class="plain" href={link.lampsUrl} target="_blank" rel="noopener">
          How are my lamps?
          <span class="unseen"> (in a new tab)</span>
        </a>
        <Hint hint={link.hint} cloud={cloud} cloudName={cloudName} />
      </div>
    </section>
  );
}

/** What the skill knows, which is less than what the desk shows above. */
function Evidence({ evidence }: { evidence: NonNullable<LinkState['evidence']> }) {
  const { amazonSays } = evidence;
  const { verdict, why } = evidenceWords(evidence);
  return (
    <>
      {amazonSays && (
        <Fact term="Amazon's daily answer" bad={!amazonSays.linked}>
          {amazonSays.linked ? 'linked' : 'not linked'}, {momentWords(Date.parse(amazonSays.at))}
        </Fact>
      )}
      <Fact term="What the skill knows" bad={evidence.state === 'gone'}>
        <span data-testid="evidence" data-state={evidence.state}>
          {verdict}
          <small>{why}</small>
        </span>
      </Fact>
    </>
  );
}

function Session({ session, cloudName }: { session: NonNullable<LinkState['session']>; cloudName: string }) {
  const { state, reason, endsAt, renewable } = session;
  const end = Date.parse(endsAt);
  const why = reason === undefined ? '' : `: ${personReasonWords(reason)}`;
  // What has ended in a time of silence is renewed by the sentence that meets it.
  const span =
    state === 'waiting-to-retry'
      ? 'ended; the next sign-in has to wait'
      : end > now.value
        ? `healthy, until ${dateWords(end)}`
        : `ended on ${dateWords(end)}, and not missed yet`;
  return (
    <>
      <Fact term={`${cloudName} session`} bad={state === 'needs-reauth' || state === 'waiting-to-retry'}>
        {state === 'needs-reauth' ? `needs a person${why}` : span}
      </Fact>
      {state === 'healthy' && (
        <Fact term="Its renewal">
          {renewable ? 'by itself: the password was kept' : 'by a person: the password was not kept'}
        </Fact>
      )}
    </>
  );
}

function Fact({ term, bad = false, children }: { term: string; bad?: boolean; children: ComponentChildren }) {
  return (
    <div data-bad={bad}>
      <dt>{term}</dt>
      <dd>
        {bad && <FailedMark />}
        <span>{children}</span>
      </dd>
    </div>
  );
}

function Hint({ hint, cloud, cloudName }: { hint: LinkState['hint'] } & Pick<DeskState, 'cloud' | 'cloudName'>) {
  if (!hint) {
    const whose = cloud === 'emulated' ? 'the account as you have changed it' : `your own ${cloudName} account`;
    return <p class="quiet">Sign in with {whose}.</p>;
  }
  return (
    <p class="quiet">
      Sign in with <code>{hint.email}</code> and <code>{hint.password}</code>
      {hint.code !== undefined && (
        <>
          , then the code <code>{hint.code}</code>
        </>
      )}
      . That account is emulated.
    </p>
  );
}

export function WellMark() {
  return (
    <svg class="well-mark" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3.5 8.5l3 3 6-7" />
    </svg>
  );
}
