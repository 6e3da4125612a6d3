import type { SetUpFinding } from '../infra/doctor/report.ts';
import type { LocalSystem } from './local-system.ts';

const DEPLOY = 'Run npm run deploy, which sets pair 1 of 3 (account linking) in the skill.';

/** What preflight finds in the console's settings of account linking. Whoever is linked does not depend on them. */
export function setUpFindings({
  console: { clientId, clientSecret, tokenUrl },
  secrets,
  publicAddress,
  signInServer,
}: Pick<LocalSystem, 'console' | 'secrets' | 'publicAddress' | 'signInServer'>): SetUpFinding[] {
  if (signInServer || publicAddress === undefined) return [];
  const ours = secrets.linkingClients.map(({ id }) => id);
  const client = secrets.linkingClients.find(({ id }) => id === clientId);
  if (!client) return [failed(`the skill presents client id ${clientId}, our server knows ${ours.join(', ')}`)];
  if (!client.secrets.some(({ secret }) => secret === clientSecret))
    return [failed('the client secret of account linking in the skill is not ours')];
  return new URL(tokenUrl).pathname === '/token'
    ? []
    : [failed(`the skill takes codes to ${tokenUrl}, which is not ours`)];
}

const failed = (says: string): SetUpFinding => ({
  hop: 'code-exchange',
  outcome: 'failed',
  check: 'linking-client',
  says,
  remedy: DEPLOY,
});
