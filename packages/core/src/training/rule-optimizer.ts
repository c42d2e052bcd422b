import { add, div, keep, mul, scalar, sub, tidy, zerosLike, type Scalar, type Variable } from '@tensorflow/tfjs-core';
import { checkCount, checkPositive, checkShare } from './check-number.js';
import { gradientClipping, type ClippingOptions } from './clip-gradients.js';
import type { Optimizer, OptimizerState, WeightGradient } from './optimizer.js';
import type { LearningRateSchedule } from './learning-rate-schedule.js';
import type { UpdateRule } from './update-rule.js';
import { WeightSlots } from './weight-slots.js';

/** What every optimiser can do beside its own rule. */
export interface StepOptions extends ClippingOptions {
  /**
   * Takes a step for every so many batches, along the mean of their gradients. As in Keras, what is left when an epoch ends goes
   * into the next one's first step, and schedules count batches. Default: 1.
   */
  readonly accumulationSteps?: number | undefined;
  /** Keeps a moving average of the weights: it is what is validated, and what training ends with. None by default. */
  readonly weightAverage?: WeightAverageOptions | undefined;
}

/** How weights are averaged; Keras' `use_ema`. */
export interface WeightAverageOptions {
  /** Share of the old average that a batch leaves, 0–1. Default: 0.99. */
  readonly momentum?: number | undefined;
  /** Puts the average into the weights after every so many batches. Never by default. */
  readonly overwriteFrequency?: number | undefined;
}

/** What {@link ruleOptimizer} is made of. */
export interface RuleOptimizerOptions extends StepOptions {
  readonly schedule: LearningRateSchedule;
  /** What a weight's learning rate is multiplied by, above 0; weights that are not listed take it as it is. */
  readonly rateFactors?: ReadonlyMap<Variable, number> | undefined;
}

/**
 * An optimiser around an update rule, with the steps in Keras' order: accumulate, clip, decay, update, average.
 * @throws RangeError for a setting out of range.
 * @see Keras `optimizers/base_optimizer.py` (oracle: oracles/optimizers.py)
 */
export function ruleOptimizer(rule: UpdateRule, options: RuleOptimizerOptions): Optimizer {
  return new RuleOptimizer(rule, options);
}

class RuleOptimizer implements Optimizer {
  readonly #rule: UpdateRule;
  readonly #options: RuleOptimizerOptions;
  readonly #clip: ReturnType<typeof gradientClipping>;
  readonly #accumulationSteps: number;
  readonly #slots: WeightSlots;
  readonly #accumulated: WeightSlots;
  readonly #averages: WeightSlots;
  readonly #constants = new Map<number, Scalar>();
  readonly #averaged = new Set<Variable>();
  #iteration = 0;
  #rateFactor = 1;

  constructor(rule: UpdateRule, options: RuleOptimizerOptions) {
    const { accumulationSteps = 1, weightAverage, rateFactors } = options;
    this.#rule = rule;
    this.#options = options;
    this.#clip = gradientClipping(options);
    this.#accumulationSteps = checkCount('accumulationSteps', accumulationSteps);
    if (weightAverage !== undefined) {
      checkShare('weightAverage.momentum', weightAverage.momentum ?? defaultAverageMomentum);
      checkCount('weightAverage.overwriteFrequency', weightAverage.overwriteFrequency ?? 1);
    }
    for (const factor of rateFactors?.values() ?? []) checkPositive('a learning rate factor', factor);
    this.#slots = new WeightSlots(rule.slots);
    this.#accumulated = new WeightSlots(accumulationSteps > 1 ? ['accumulated'] : []);
    this.#averages = new WeightSlots(weightAverage === undefined ? [] : ['average']);
  }

  get learningRate(): number {
    return this.#options.schedule(this.#iteration) * this.#rateFactor;
  }

  scaleLearningRate(factor: number): void {
    this.#rateFactor *= checkPositive('the factor of the learning rate', factor);
  }

  apply(gradients: readonly WeightGradient[]): void {
    tidy(() => {
      const steps = this.#accumulationSteps;
      const ready = (this.#iteration + 1) % steps === 0;
      if (steps > 1) gradients = gradients.map((pair) => this.#accumulate(pair, ready));
      if (ready) this.#step(gradients);
      this.#average(gradients.map(({ variable }) => variable));
    });
    this.#iteration += 1;
  }

  /** Whole steps, where several batches make one; as in Keras only schedules count batches. */
  get #stepsTaken(): number {
    return Math.floor(this.#iteration / this.#accumulationSteps);
  }

  #accumulate({ variable, gradient }: WeightGradient, ready: boolean): WeightGradient {
    const [accumulated] = this.#accumulated.of(variable) as [Variable];
    const sum = add(accumulated, gradient);
    accumulated.assign(ready ? zerosLike(sum) : sum);
    return { variable, gradient: div(sum, this.#constant(this.#accumulationSteps)) };
  }

  #step(gradients: readonly WeightGradient[]): void {
    const { rateFactors } = this.#options;
    const clipped = this.#clip?.(gradients.map(({ gradient }) => gradient));
    const correction = this.#rule.correction?.(this.#stepsTaken) ?? 1;
    const { learningRate } = this;
    const rates = new Map<number, { rate: Scalar; decay: Scalar | undefined }>();
    for (const [index, { variable: weight, gradient }] of gradients.entries()) {
      const factor = rateFactors?.get(weight) ?? 1;
      let step = rates.get(factor);
      if (step === undefined) {
        const weightDecay = this.#rule.weightDecay ?? 0;
        step = {
          rate: scalar(learningRate * factor * correction),
          decay: weightDecay === 0 ? undefined : scalar(weightDecay * learningRate * factor),
        };
        rates.set(factor, step);
      }
      const { rate, decay } = step;
      tidy(() => {
        if (decay !== undefined) weight.assign(sub(weight, mul(weight, decay)));
        const slots = this.#slots.of(weight);
        this.#rule.update({ weight, gradient: clipped?.[index] ?? gradient, slots, rate, constant: this.#constant });
      });
    }
  }

  #average(weights: readonly Variable[]): void {
    const { weightAverage } = this.#options;
    if (weightAverage === undefined) return;
    const { momentum = defaultAverageMomentum, overwriteFrequency } = weightAverage;
    // The first step's batches give the average its start, as in Keras.
    const share = this.#stepsTaken === 0 ? 0 : momentum;
    const overwrite = overwriteFrequency !== undefined && (this.#stepsTaken + 1) % overwriteFrequency === 0;
    for (const weight of weights) {
      const [average] = this.#averages.of(weight) as [Variable];
      this.#averaged.add(weight);
      tidy(() => {
        average.assign(add(mul(average, this.#constant(share)), mul(weight, this.#constant(1 - share))));
        if (overwrite) weight.assign(average.clone());
      });
    }
  }

  swapAverages(): void {
    for (const weight of this.#averaged) {
      const [average] = this.#averages.of(weight) as [Variable];
      tidy(() => {
        const values = weight.clone();
        weight.assign(average.clone());
        average.assign(values);
      });
    }
  }

  async save(variables: readonly Variable[]): Promise<OptimizerState> {
    const kept = [this.#slots, this.#accumulated, this.#averages].map((slots) => slots.save(variables));
    const tensors = new Map((await Promise.all(kept)).flatMap((part) => [...part]));
    return { iteration: this.#iteration, rateFactor: this.#rateFactor, tensors };
  }

  restore({ iteration, rateFactor, tensors }: OptimizerState, variables: readonly Variable[]): void {
    const kinds = [this.#slots, this.#accumulated, this.#averages];
    const expected = kinds.reduce((count, slots) => count + slots.count, 0) * variables.length;
    if (tensors.size !== expected) {
      throw new RangeError(`the state has ${tensors.size} optimiser slots; this optimiser has ${expected}`);
    }
    for (const slots of kinds) slots.restore(tensors, variables);
    this.#iteration = iteration;
    this.#rateFactor = rateFactor;
    if (this.#options.weightAverage !== undefined) for (const weight of variables) this.#averaged.add(weight);
  }

  dispose(): void {
    for (const slots of [this.#slots, this.#accumulated, this.#averages]) slots.dispose();
    for (const constant of this.#constants.values()) constant.dispose();
    this.#constants.clear();
    this.#averaged.clear();
  }

  readonly #constant = (value: number): Scalar => {
    let constant = this.#constants.get(value);
    if (constant === undefined) {
      constant = keep(scalar(value));
      this.#constants.set(value, constant);
    }
    return constant;
  };
}

const defaultAverageMomentum = 0.99;
