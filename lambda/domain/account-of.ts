import type { Account, AccountStore } from '../ports/account-store.ts';
import { AccountMissing } from '../ports/errors.ts';

/** The account that a link, a token or a page names. @throws AccountMissing, StoreUnavailable */
export async function accountOf(accountId: string, { accounts }: { accounts: Pick<AccountStore, 'get'> }) {
  const account: Account | undefined = await accounts.get(accountId);
  if (!account) throw new AccountMissing(`no row for account ${accountId}`);
  return account;
}
