// Commands that a person copies into a shell.

/** A word that the shell takes as it is, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same for JSON, on one line. */
export const quotedJson = (value: unknown): string => quoted(JSON.stringify(value));
