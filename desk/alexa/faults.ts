import type { AlexaFault } from './contract.ts';

export interface Faults {
  inject(fault: AlexaFault): () => void;
  /**
   * The fault that the next message at this place meets, counted as met. The one injected first goes first.
   * @param fits whether the fault is for this message; each is by default
   */
  meet<Place extends AlexaFault['at']>(
    place: Place,
    fits?: (fault: Extract<AlexaFault, { at: Place }>) => boolean,
  ): Extract<AlexaFault, { at: Place }> | undefined;
}

interface Standing {
  readonly fault: AlexaFault;
  left: number;
}

export function createFaults(): Faults {
  const standing = new Set<Standing>();
  return {
    inject: (fault) => {
      const one = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
      standing.add(one);
      return () => standing.delete(one);
    },
    meet: (place, fits = () => true) => {
      for (const one of standing) {
        if (one.fault.at !== place || one.left <= 0) continue;
        const fault = one.fault as Extract<AlexaFault, { at: typeof place }>;
        if (!fits(fault)) continue;
        one.left -= 1;
        if (one.left === 0) standing.delete(one);
        return fault;
      }
      return undefined;
    },
  };
}
