import type { CloudSession } from '../ports/device-cloud.ts';
import { InvalidDirective } from './errors.ts';
import type { Input } from './skill.ts';

/**
 * Whose device a directive is for.
 * @throws InvalidDirective without an endpoint, and what opening a bearer token throws
 */
export async function openEndpoint(
  input: Input,
): Promise<{ accountId: string; linkId: string; session: CloudSession; deviceId: string }> {
  const { endpointId, token } = input.directive;
  if (endpointId === undefined || token === undefined) {
    const field = endpointId === undefined ? 'endpoint.endpointId' : 'endpoint.scope.token';
    throw new InvalidDirective('this directive needs an endpoint', field);
  }
  const { accountId, linkId, session } = await input.ports.bearers.open(token, input.ports.clock.now());
  input.account = accountId;
  return { accountId, linkId, session, deviceId: endpointId };
}
