/** Numeric ids, as the cloud assigns them: rising, none twice. */
export class Ids {
  readonly #taken = new Set<number>();
  #next: number;

  constructor(first: number) {
    this.#next = first;
  }

  /** @param wanted an id of the caller's choice */
  take(wanted?: number): number {
    if (wanted !== undefined && this.#taken.has(wanted)) throw new Error(`the id ${wanted} is taken`);
    const id = wanted ?? this.#free();
    this.#taken.add(id);
    return id;
  }

  #free(): number {
    while (this.#taken.has(this.#next)) this.#next++;
    return this.#next;
  }
}
