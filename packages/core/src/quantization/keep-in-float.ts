import type { QuantizationPlan } from './quantization-plan.js';

/** A plan for a larger network than it was made for: the further layers stay in fp32. */
export function keepInFloat(plan: QuantizationPlan, layers: Iterable<string>): QuantizationPlan {
  return { ...plan, floatLayers: [...new Set([...plan.floatLayers, ...layers])] };
}
