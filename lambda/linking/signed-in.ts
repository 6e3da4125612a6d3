import * as v from 'valibot';
import type { Account } from '../ports/account-store.ts';
import type { SealedForm } from './address-pages.ts';
import type { LinkingPorts } from './ports.ts';
import type { Parameters } from './request.ts';
import { type Flow, openFlow, sealFlow, startFlow } from './sign-in-form.ts';

/** Who has signed in on this page, in this browser, within the last half an hour. */
export const SignedIn = v.object({ id: v.string(), maskedEmail: v.string() });
export type SignedIn = v.InferOutput<typeof SignedIn>;

const PURPOSE = 'addresses';

/** The form of a page that follows a sign-in: its hidden field stands for the sign-in, in the browser that it was made in. */
export function signedInForm(
  account: SignedIn,
  request: Request,
  ports: Pick<LinkingPorts, 'sealer' | 'clock'>,
): SealedForm {
  const { id, maskedEmail } = account;
  // The browser has its cookie since the sign-in page.
  const { flow } = startFlow<SignedIn>({ id, maskedEmail }, request, ports);
  return formOf(flow, ports);
}

const formOf = (flow: Flow<SignedIn>, ports: Pick<LinkingPorts, 'sealer'>): SealedForm => ({
  action: '/notices/addresses',
  field: 'form',
  sealed: sealFlow(PURPOSE, flow, ports),
});

/** @throws PageRefusal when nobody has signed in on this page in this browser, or it is long ago */
export function openSignedIn(
  form: Parameters,
  request: Request,
  ports: Pick<LinkingPorts, 'sealer' | 'clock'>,
): { readonly account: SignedIn; readonly form: SealedForm } {
  const flow = openFlow(PURPOSE, SignedIn, form.get('form'), request, ports);
  return { account: flow.subject, form: formOf(flow, ports) };
}

export const toSignedIn = ({ id, maskedEmail }: Account): SignedIn => ({ id, maskedEmail });
