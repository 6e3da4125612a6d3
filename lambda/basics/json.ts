/** @returns the value, or `undefined` where the text is not JSON: a schema decides about either */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
