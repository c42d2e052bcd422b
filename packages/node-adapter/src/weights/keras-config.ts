import type { GroupNames } from './keras3-layout.js';

/** No network nests deeper. */
const maximumDepth = 32;

/**
 * Tells from a model's configuration which layer a group of its weights file belongs to: groups are called by a layer's class and
 * a running number.
 *
 * @param config - The bytes of `config.json`.
 * @returns Names by group, `layers/conv2d_1` to `block1_conv2`; empty if the configuration is of another kind.
 * @throws SyntaxError if it is no JSON.
 * @see Keras `saving/saving_lib.py` `_save_container_state`
 */
export function groupNames(config: Uint8Array): GroupNames {
  const names = new Map<string, string>();
  const model: unknown = JSON.parse(new TextDecoder().decode(config));
  walk(model, { prefix: '', depth: 0 });
  return names;

  function walk(value: unknown, { prefix, depth }: { prefix: string; depth: number }): void {
    const layers = field(field(value, 'config'), 'layers');
    if (!Array.isArray(layers) || depth > maximumDepth) return;
    const counts = new Map<string, number>();
    for (const layer of layers as unknown[]) {
      const kind = snakeCase(textField(layer, 'class_name'));
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      const group = `${prefix}layers/${count === 0 ? kind : `${kind}_${count}`}`;
      const name = textField(field(layer, 'config'), 'name');
      if (name !== '') names.set(group, name);
      walk(layer, { prefix: `${group}/`, depth: depth + 1 });
    }
  }
}

/** As Keras makes names of classes: `Conv2D` is `conv2d`, `BatchNormalization` is `batch_normalization`. */
export function snakeCase(className: string): string {
  return className
    .slice(className.lastIndexOf('>') + 1)
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function textField(value: unknown, name: string): string {
  const text = field(value, name);
  return typeof text === 'string' ? text : '';
}
