/** Names the next layer of a kind. */
export type AutoNames = (kind: string) => string;

/**
 * Names layers as Keras does where a network leaves them unnamed, in a session that has built nothing yet: the kind, then
 * the kind and a running number.
 *
 * @example `const name = autoNames(); [name('conv2d'), name('conv2d'), name('activation')]` // ['conv2d', 'conv2d_1', 'activation']
 * @see Keras `utils/naming.py` `auto_name`
 */
export function autoNames(): AutoNames {
  const counts = new Map<string, number>();
  return (kind) => {
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return count === 0 ? kind : `${kind}_${count}`;
  };
}
