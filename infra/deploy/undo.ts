// What must be undone before this process ends, however it ends: changed files, secrets in temporary files.

const undos = new Set<() => void>();

/** Does the work and then always undoes: at its end, when it throws, and on Ctrl-C. `undo` must be synchronous. */
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
      // continue with the others
    }
  }
  process.exit(code);
}

/** Call once, from the entry point. */
export function undoOnSignals(): void {
  process.once('SIGINT', () => end(130));
  process.once('SIGTERM', () => end(143));
  process.once('SIGHUP', () => end(129));
}
