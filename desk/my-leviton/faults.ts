import type { Fault } from './contract.ts';

export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** Where something is happening, to be held against a fault's scope. */
export interface Place {
  readonly email: string | undefined;
  readonly path: string;
  readonly method: string;
}

interface Active {
  readonly fault: Fault;
  remaining: number;
}

/** The failures that are injected at present. */
export class Faults {
  readonly #active = new Set<Active>();
  readonly #onInject: (fault: Fault) => void;
  readonly #onRemove: (fault: Fault) => void;

  constructor(onInject: (fault: Fault) => void, onRemove: (fault: Fault) => void) {
    this.#onInject = onInject;
    this.#onRemove = onRemove;
  }

  inject(fault: Fault): () => void {
    check(fault);
    const active: Active = { fault: { ...fault }, remaining: fault.times ?? Number.POSITIVE_INFINITY };
    this.#active.add(active);
    this.#onInject(active.fault);
    return () => {
      if (this.#active.delete(active)) this.#onRemove(active.fault);
    };
  }

  all<Kind extends Fault['kind']>(kind: Kind): FaultOf<Kind>[] {
    return [...this.#active].map(({ fault }) => fault).filter((fault) => isOf(fault, [kind]));
  }

  /** The oldest fault of these kinds that applies here; it then has happened once more. */
  take<Kind extends Fault['kind']>(kinds: readonly Kind[], place: Place): FaultOf<Kind> | undefined {
    for (const active of this.#active) {
      const { fault } = active;
      if (active.remaining < 1 || !isOf(fault, kinds) || !applies(fault, place)) continue;
      active.remaining--;
      return fault;
    }
    return undefined;
  }

  /** Whether this very fault is there still and applies here; it then has happened once more. */
  takeThis(fault: Fault, place: Place): boolean {
    const active = [...this.#active].find((candidate) => candidate.fault === fault);
    if (!active || active.remaining < 1 || !applies(fault, place)) return false;
    active.remaining--;
    return true;
  }

  /** All the latency that is to be added here, in milliseconds. */
  takeLatencyMs(place: Place): number {
    let ms = 0;
    for (const active of this.#active) {
      const { fault } = active;
      if (active.remaining < 1 || fault.kind !== 'latency' || !applies(fault, place)) continue;
      active.remaining--;
      ms += fault.ms;
    }
    return ms;
  }
}

const isOf = <Kind extends Fault['kind']>(fault: Fault, kinds: readonly Kind[]): fault is FaultOf<Kind> =>
  (kinds as readonly string[]).includes(fault.kind);

const applies = (fault: Fault, place: Place): boolean =>
  (fault.email === undefined || fault.email === place.email) &&
  (fault.path === undefined || place.path.search(fault.path) >= 0) &&
  (fault.method === undefined || fault.method.toUpperCase() === place.method);

function check(fault: Fault): void {
  const { kind, times, email, path, method } = fault;
  if (times !== undefined && !(Number.isInteger(times) && times > 0)) {
    throw new RangeError(`times must be a whole number above 0, not ${times}`);
  }
  if (kind === 'refused' && (times ?? email ?? path ?? method) !== undefined) {
    throw new TypeError('refused holds for the whole port: it takes no scope and no times');
  }
}
