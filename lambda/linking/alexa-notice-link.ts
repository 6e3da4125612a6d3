import { type AlexaLink, openAlexaLink } from '../domain/alexa-link.ts';
import { hasEnded } from '../domain/sealed-content.ts';
import { AlexaPageRefused } from './alexa-refusals.ts';
import type { Subject } from './alexa-sign-in.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import { linkSentPage, noMoreLinksPage } from './reauth-pages.ts';
import { type Parameters, sealedLink } from './request.ts';

/** @throws AlexaPageRefused for anything but the link of a notice of ours */
export function readLink(parameters: Parameters, { sealer }: LinkingPorts): AlexaLink {
  const token = sealedLink(parameters);
  const link = token === undefined ? undefined : openAlexaLink(token, sealer);
  if (!link) throw new AlexaPageRefused('no-link');
  return link;
}

/** @throws AlexaPageRefused when Alexa was connected with the link of this notice */
export async function refuseUsed(notice: Subject['notice'] | AlexaLink, { noticeStore }: LinkingPorts): Promise<void> {
  if (!notice) return;
  const record = await noticeStore.get(notice);
  if (record?.reauthId === notice.noticeId && record.reauthAt !== undefined) throw new AlexaPageRefused('used');
}

/**
 * The new link goes to the receiver of the notices, not to the visitor.
 * @throws AlexaPageRefused when the notice is used or closed
 */
export async function sendNewLink(link: AlexaLink, ports: PagePorts): Promise<Response> {
  await refuseUsed(link, ports);
  const isOld = hasEnded(link, ports.clock.now());
  // A link that still works needs no other.
  const renewed = isOld ? await ports.notices.renewLink(link) : 'too-soon';
  if (renewed === 'not-open') throw new AlexaPageRefused('closed');
  return await (renewed === 'too-many' ? noMoreLinksPage(ports.reader) : linkSentPage(ports.reader));
}
