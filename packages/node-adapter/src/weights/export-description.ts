/**
 * What graft's exporter says of a model, in a file that may come from anywhere.
 * @returns Undefined where there is nothing, or no JSON: such a file is read as any other.
 */
export function exportDescription(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
