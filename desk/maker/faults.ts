import type { MakerFault } from './contract.ts';

export type FaultOf<Kind extends MakerFault['kind']> = Extract<MakerFault, { kind: Kind }>;

interface Active {
  readonly fault: MakerFault;
  remaining: number;
}

/** The failures that are injected at present. */
export class MakerFaults {
  readonly #active = new Set<Active>();
  readonly #onChange: (isRefused: boolean) => void;

  /** @param onChange hears after each change whether the port is to take connections */
  constructor(onChange: (isRefused: boolean) => void) {
    this.#onChange = onChange;
  }

  inject(fault: MakerFault): () => void {
    const active: Active = { fault, remaining: fault.times ?? Number.POSITIVE_INFINITY };
    this.#active.add(active);
    this.#onChange(this.has('refused'));
    return () => {
      this.#active.delete(active);
      this.#onChange(this.has('refused'));
    };
  }

  has(kind: MakerFault['kind']): boolean {
    return [...this.#active].some(({ fault, remaining }) => fault.kind === kind && remaining > 0);
  }

  /** The oldest fault of these kinds that applies here; it then has happened once more. */
  take<Kind extends MakerFault['kind']>(
    kinds: readonly Kind[],
    method: string,
    path: string,
  ): FaultOf<Kind> | undefined {
    for (const active of this.#active) {
      const { fault } = active;
      if (active.remaining < 1 || !isOf(fault, kinds) || !applies(fault, method, path)) continue;
      active.remaining--;
      return fault;
    }
    return undefined;
  }
}

const isOf = <Kind extends MakerFault['kind']>(fault: MakerFault, kinds: readonly Kind[]): fault is FaultOf<Kind> =>
  (kinds as readonly string[]).includes(fault.kind);

const applies = (fault: MakerFault, method: string, path: string): boolean =>
  (fault.path === undefined || path.search(fault.path) >= 0) && (fault.method === undefined || fault.method === method);
