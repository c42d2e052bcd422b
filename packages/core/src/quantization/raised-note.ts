import type { QuantizationPlan } from './quantization-plan.js';

/** Tells a user of the layers that a plan leaves in fp32; undefined where there are none. */
export function raisedNote({ agreement, floatLayers }: QuantizationPlan): string | undefined {
  const raised = floatLayers.length;
  if (raised === 0) return undefined;
  const what = agreement === undefined ? 'features' : 'classes';
  return `int8 with ${raised} ${raised === 1 ? 'layer' : 'layers'} in fp32, where it would change the ${what} too much`;
}
