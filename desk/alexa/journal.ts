import type { AlexaExchange } from './contract.ts';

/** What passed, and what was wrong with it. */
export interface Journal {
  readonly problems: readonly string[];
  /** @param subject what the message is, at the head of each of its problems */
  record(subject: string, exchange: AlexaExchange): void;
  onExchange(listener: (exchange: AlexaExchange) => void): () => void;
  readonly usedMessageIds: { has(id: string): boolean; add(id: string): void };
}

/** The most ids that are remembered; a desk may run for weeks. */
const REMEMBERED_IDS = 100_000;

export function createJournal(): Journal {
  const problems: string[] = [];
  const listeners = new Set<(exchange: AlexaExchange) => void>();
  const ids = new Set<string>();
  return {
    problems,
    record: (subject, exchange) => {
      problems.push(...exchange.problems.map((problem) => `${subject}: ${problem}`));
      for (const listener of listeners) listener(exchange);
    },
    onExchange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    usedMessageIds: {
      has: (id) => ids.has(id),
      add: (id) => {
        ids.add(id);
        if (ids.size > REMEMBERED_IDS) for (const oldest of ids) return void ids.delete(oldest);
      },
    },
  };
}
