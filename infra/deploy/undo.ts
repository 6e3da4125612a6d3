// What must be put right before this process ends, however it ends: files that were altered, secrets that were written down.

const undos = new Set<() => void>();

/** Does the work, and undoes in any case: at its end, when it throws, and on Ctrl-C. `undo` must be synchronous. */
export async function undoing<T>(undo: () => void, work: () => Promise<T>): Promise<T> {
  undos.add(undo);
  try {
    return await work();
  } finally {
    undos.delete(undo);
    undo();
  }
}

/** Undoes the newest first, and ends the process. */
function end(code: number): void {
  for (const undo of [...undos].reverse()) {
    try {
      undo();
    } catch {
      // the others have their turn
    }
  }
  process.exit(code);
}

/** To be called once, by whoever owns the process. */
export function undoOnSignals(): void {
  process.once('SIGINT', () => end(130));
  process.once('SIGTERM', () => end(143));
  process.once('SIGHUP', () => end(129));
}
