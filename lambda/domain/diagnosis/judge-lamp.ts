/** The hops from the device cloud to the light, and our answer. */
import type { Cause } from './causes.ts';
import type { Evidence, PlugEvidence } from './evidence.ts';
import { broken, isAfter, type Judge, type Judgement, ok } from './judgement.ts';

/** Below this many percent many bulbs show no light. */
const LOW_LEVEL = 10;

export const plug: Judge = (evidence, earlier) => {
  const { plugs, blink, cloud } = evidence;
  const offline = plugs && offlinePlugs(plugs.list, evidence.lampId);
  const [first] = offline ?? [];
  if (plugs && first) return broken(offlineCause(first, plugs.list, evidence), first.since);
  // Whether it followed, only the device cloud can say.
  const isCloudSilent = cloud ? cloud.state !== 'ok' : earlier('device-cloud') === 'broken';
  if (blink && !blink.confirmed && !isCloudSilent) return broken({ code: 'plug-not-following' });
  // A list that was kept from before an outage says only which plugs were offline.
  if (!plugs || earlier('device-cloud') === 'broken' || isAfter(cloud, plugs)) return undefined;
  return isListed(plugs.list, evidence.lampId) ? ok(plugs, cloud ? 'probe' : 'rows') : undefined;
};

const isListed = (list: readonly PlugEvidence[], lampId: string | undefined): boolean =>
  lampId === undefined ? list.length > 0 : list.some(({ id }) => id === lampId);

const offlinePlugs = (list: readonly PlugEvidence[], lampId: string | undefined): readonly PlugEvidence[] =>
  list.filter(({ id, connected }) => !connected && (lampId === undefined || id === lampId));

/** Which plugs are offline says where the fault is: at one outlet, or at the internet of the home. */
function offlineCause({ name }: PlugEvidence, list: readonly PlugEvidence[], evidence: Evidence): Cause {
  const { plugLight, internet } = evidence;
  const connected = list.filter((one) => one.connected).length;
  const plugs = list.length - connected;
  if (plugLight?.shows === 'nothing') return { code: 'plug-without-power', name };
  if (connected === 0 && internet?.works === false) return { code: 'home-internet-down', plugs };
  if (connected === 0 && internet?.works && plugs > 1) return { code: 'home-wifi-changed', plugs };
  if (plugLight?.shows === 'blinking') return { code: 'plug-without-wifi', name, connected };
  if (plugs > 1 && (evidence.lampId === undefined || connected === 0))
    return { code: 'plugs-offline', plugs, connected };
  return { code: 'plug-offline', name, connected, others: list.length - 1 };
}

/** Only a person's eye tells what the lamp does with what the plug gives. */
export const lamp: Judge = ({ blink }): Judgement | undefined => {
  if (!blink?.confirmed || blink.seen === undefined) return undefined;
  if (blink.seen) return ok(blink, 'person');
  const { level } = blink;
  return broken({ code: level < LOW_LEVEL ? 'level-too-low' : 'lamp-dark', level });
};

export const answer: Judge = ({ badAnswer, goodDirective }) => {
  if (!badAnswer || isAfter(goodDirective, badAnswer)) return goodDirective && ok(goodDirective, 'directive');
  if (badAnswer.verdict === 'malformed') return broken({ code: 'answer-malformed' }, badAnswer.at);
  const { ms, cloudMs } = badAnswer;
  const late = broken({ code: 'answer-late', ms, ...(cloudMs !== undefined && { cloudMs }) }, badAnswer.at);
  // A slow device cloud passes. Where the time went elsewhere, it is ours.
  return cloudMs !== undefined && cloudMs > ms / 2 ? late : { ...late, who: 'developer' };
};
