/** Lets many do their work, and one of them stop all the others for a moment: nobody is in the middle of something then. */
export class Gate {
  #inside = 0;
  #closed: Promise<void> | undefined;
  #onEmpty: () => void = () => undefined;

  async pass<T>(work: () => Promise<T>): Promise<T> {
    // It may be closed again before its turn comes.
    for (let closed = this.#closed; closed; closed = this.#closed) await closed;
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) this.#onEmpty();
    }
  }

  /** Runs `work` while nobody is inside. One at a time. */
  async exclusively(work: () => Promise<void>): Promise<void> {
    let open: () => void = () => undefined;
    this.#closed = new Promise((resolve) => {
      open = resolve;
    });
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      if (this.#inside === 0) resolve();
    });
    await work();
    this.#closed = undefined;
    open();
  }
}
