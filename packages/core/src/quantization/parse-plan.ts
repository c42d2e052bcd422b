import * as z from 'zod/mini';
import { ArtifactError } from '../errors.js';
import type { Calibration, QuantizationPlan } from './quantization-plan.js';

const finite = z.number();
const planSchema = z.object({
  weightBits: z.union([z.literal(7), z.literal(8)]),
  method: z.enum(['minmax', 'percentile']),
  ranges: z.record(z.string(), z.tuple([finite, finite])),
  channelRanges: z.optional(z.record(z.string(), z.array(z.tuple([finite, finite])))),
  means: z.record(z.string(), z.array(finite)),
  floatLayers: z.array(z.string()),
  cosine: finite,
  agreement: z.optional(finite),
  shift: z.optional(z.array(finite)),
});

const calibrationSchema = z.union([
  z.object({ precision: z.literal('int8'), plan: planSchema }),
  z.object({ precision: z.literal('fp32'), reason: z.string() }),
]);

/** @returns Undefined for what is no calibration. */
export function parseCalibration(content: unknown): Calibration | undefined {
  const result = calibrationSchema.safeParse(content, { jitless: true });
  return result.success ? result.data : undefined;
}

/**
 * Reads a plan that came from outside.
 * @throws ArtifactError if it is none.
 */
export function parsePlan(bytes: Uint8Array, location: string): QuantizationPlan {
  try {
    const content: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return planSchema.parse(content, { jitless: true });
  } catch (cause) {
    throw new ArtifactError(`${location} is no quantisation plan; save the model again`, { subject: location, cause });
  }
}
