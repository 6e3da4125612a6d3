import * as v from 'valibot';
import type { Account } from '../ports/account-store.ts';
import type { SealedForm } from './page.ts';
import type { LinkingPorts } from './ports.ts';
import type { Parameters } from './request.ts';
import { type Flow, openFlow, sealFlow, startFlow } from './sign-in-form.ts';

/** Who has signed in on this page, in this browser, within the last half an hour. */
export const SignedIn = v.object({ id: v.string(), maskedEmail: v.string() });
export type SignedIn = v.InferOutput<typeof SignedIn>;

/** A page that follows a sign-in. The form of one page does not work on another. */
export interface SignedInPage {
  /** Part of the sealing context. */
  readonly purpose: string;
  readonly action: string;
  readonly field: string;
}

export const ADDRESSES: SignedInPage = { purpose: 'addresses', action: '/notices/addresses', field: 'form' };
export const CONNECTIONS: SignedInPage = { purpose: 'connections', action: '/connections', field: 'page' };

type FormPorts = Pick<LinkingPorts, 'sealer' | 'clock'>;

/** The form of a page that follows a sign-in: its hidden field stands for the sign-in, in the browser that it was made in. */
export function signedInForm(page: SignedInPage, account: SignedIn, request: Request, ports: FormPorts): SealedForm {
  const { id, maskedEmail } = account;
  // The browser has its cookie since the sign-in page.
  const { flow } = startFlow<SignedIn>({ id, maskedEmail }, request, ports);
  return formOf(page, flow, ports);
}

/** @param flow as it was opened: a page that follows must not lengthen the time of a sign-in */
export const formOf = (
  { purpose, action, field }: SignedInPage,
  flow: Flow<SignedIn>,
  ports: Pick<LinkingPorts, 'sealer'>,
): SealedForm => ({ action, field, sealed: sealFlow(purpose, flow, ports) });

/** @throws PageRefusal when nobody has signed in on this page in this browser, or it is long ago */
export function openSignedIn(
  page: SignedInPage,
  form: Parameters,
  request: Request,
  ports: FormPorts,
): { readonly account: SignedIn; readonly form: SealedForm; readonly flow: Flow<SignedIn> } {
  const flow = openFlow(page.purpose, SignedIn, form.get(page.field), request, ports);
  return { account: flow.subject, form: formOf(page, flow, ports), flow };
}

export const toSignedIn = ({ id, maskedEmail }: Account): SignedIn => ({ id, maskedEmail });
