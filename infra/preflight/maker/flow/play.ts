import { asError } from '../../../../lambda/basics/as-error.ts';
import { inShort } from '../../linking-flow.ts';
import { unseen } from '../conclude.ts';
import type { Observation, Question } from '../observation.ts';
import { QUESTIONS } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import { observeCertificates } from './certificates.ts';
import { createFlowClient, type FlowPorts, LinkNotMade, NoRefreshToken } from './client.ts';
import { codeReplayProbe, pkceProbe } from './codes.ts';
import { discover, observeAddress } from './discovery.ts';
import { judgeTimes, observeUnknownToken, wrongSecretProbe } from './errors.ts';
import { idleLinkProbe, usedLinkProbe } from './lives.ts';
import { accessKeptProbe, linksKeptProbe } from './older-tokens.ts';
import type { Probe, ProbeContext } from './probe.ts';
import { observeRedirects } from './redirects.ts';
import { atOnceProbe, lateRepeatProbe, repeatProbe } from './repeats.ts';
import { scopesProbe } from './scopes.ts';
import { tokensProbe } from './tokens.ts';

/** In this order: what may end more than its own link comes last. */
const PROBES: readonly Probe[] = [
  tokensProbe,
  accessKeptProbe,
  linksKeptProbe,
  usedLinkProbe,
  idleLinkProbe,
  scopesProbe,
  pkceProbe,
  wrongSecretProbe,
  lateRepeatProbe,
  repeatProbe,
  atOnceProbe,
  codeReplayProbe,
];

const probesFor = ({ passTime }: Pick<FlowPorts, 'passTime'>): readonly Probe[] =>
  PROBES.filter(({ passesTime }) => !passesTime || passTime !== undefined);

/** How often somebody has to sign in. */
export const signInsOf = (ports: Pick<FlowPorts, 'passTime' | 'pkce'>): number =>
  probesFor(ports).reduce((sum, { links, linksWithPkce = links }) => sum + (ports.pkce ? linksWithPkce : links), 0);

/**
 * Plays the linking flow as Alexa does it. It ends no link: a server may end all others of the account with it. So the account should
 * be one for tests. Never throws: what cannot be looked at is said.
 */
export async function playFlow(server: MakerServer, ports: FlowPorts): Promise<readonly Observation[]> {
  const client = createFlowClient(server, ports);
  const discovery = await discover(server.issuer, ports);
  const context = { server, ports, client, discovery };
  const seen: Observation[] = [
    observeAddress(server, discovery),
    ...(await observeCertificates(server, ports)),
    await observeRedirects(server, ports),
  ];
  const unknown = await observeUnknownToken(client).catch((error: unknown) =>
    notRun(['errors', 'time'], asError(error).message),
  );
  seen.push(...[unknown].flat());
  let hindrance = [unknown].flat().some(({ outcome }) => outcome === 'unchecked')
    ? 'the token endpoint does not answer'
    : undefined;
  for (const probe of probesFor(ports)) {
    const { observations, stops } = hindrance
      ? { observations: notRun(probe.questions, hindrance), stops: undefined }
      : await runProbe(probe, context, seen);
    seen.push(...observations);
    hindrance ??= stops;
  }
  return [...seen, ...judgeTimes(client.times)];
}

interface Ran {
  readonly observations: readonly Observation[];
  /** Why no further probe can run. */
  readonly stops?: string;
}

async function runProbe(probe: Probe, context: ProbeContext, seen: readonly Observation[]): Promise<Ran> {
  const endsAnyway = seen.some(({ question, outcome }) => question === 'refresh-life' && outcome === 'bad');
  // An unused link ends with the others then, which says nothing of its own.
  if (probe === idleLinkProbe && endsAnyway)
    return { observations: notRun(['idle'], 'links end earlier although they are used') };
  try {
    const observations = await probe.run(context);
    const cannotRefresh = observations.find(
      ({ question, outcome }) => question === 'refresh-issued' && outcome === 'bad',
    );
    return { observations, ...(cannotRefresh && { stops: 'no link can be refreshed' }) };
  } catch (error) {
    if (error instanceof NoRefreshToken) return withoutRefreshToken(probe, error, context.server);
    const sentence = asError(error).message;
    return {
      observations: notRun(probe.questions, sentence),
      ...(error instanceof LinkNotMade && { stops: sentence }),
    };
  }
}

const notRun = (questions: readonly Question[], why: string): readonly Observation[] =>
  questions.map((question) => ({ ...unseen(question, why), outcome: 'unchecked', what: QUESTIONS[question].ask }));

/** One fault, said once: everything else waits for it. */
function withoutRefreshToken({ questions }: Probe, { answer }: NoRefreshToken, { scopes }: MakerServer): Ran {
  const isAsked = scopes.includes('offline_access');
  const text = isAsked
    ? 'Let the server issue refresh tokens to this client without a prompt: Alexa sends none.'
    : 'Add offline_access to the scopes at Amazon, if your server issues refresh tokens only for it; else allow them for this client.';
  const issued: Observation = {
    question: 'refresh-issued',
    outcome: 'bad',
    what: 'answer to the code',
    seen: `${inShort(answer)} without a refresh token`,
    wanted: 'with a refresh token',
    why: 'Alexa gets no refresh token, so every link ends with its first access token',
    remedy: { text },
  };
  const stops = 'Alexa gets no refresh token';
  const rest = questions.filter((question) => question !== 'refresh-issued');
  return { observations: [issued, ...notRun(rest, stops)], stops };
}
