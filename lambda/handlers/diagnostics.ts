import { createOwnAddress } from '../adapters/own-address/own-address.ts';
import { type Diagnostics, type GatherPorts, gatherDeployment, gatherEvidence } from '../domain/diagnosis/gather.ts';
import type { LinkingClient } from '../ports/secrets.ts';

export interface DiagnosticsParts extends Omit<GatherPorts, 'ownAddress'> {
  /** Where Alexa reaches the linking server; absent where the skill does not know it. */
  readonly origin: string | undefined;
  readonly clients: () => Promise<readonly LinkingClient[]>;
}

/** Everything that a look at an account needs. */
export function openDiagnostics({ origin, clients, ...ports }: DiagnosticsParts): Diagnostics {
  const ownAddress = origin === undefined ? undefined : createOwnAddress({ origin, clients });
  const all = { ...ports, ownAddress };
  return { gather: (question) => gatherEvidence(question, all), gatherDeployment: () => gatherDeployment(all) };
}
