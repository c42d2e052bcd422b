import {
  add,
  div,
  mul,
  scalar,
  sqrt,
  square,
  sub,
  tidy,
  variable,
  zerosLike,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { LearningRateSchedule } from './learning-rate-schedule.js';
import type { Optimizer, WeightGradient } from './optimizer.js';

/** Options of {@link adam}; the defaults are Keras'. */
export interface AdamOptions {
  readonly schedule: LearningRateSchedule;
  /** Decay of the mean of gradients. Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean of squares, outside the bias correction, as Keras has it. Default: 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam with Keras' update rule.
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", 2015; Keras `optimizers/adam.py`
 */
export function adam(options: AdamOptions): Optimizer {
  const { schedule, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  const moments = new Map<Variable, { mean: Variable; squares: Variable }>();
  // Made once: a number given to an operation becomes a new tensor each time.
  const keepMean = scalar(1 - beta1);
  const keepSquares = scalar(1 - beta2);
  const floor = scalar(epsilon);
  let step = 0;
  return {
    get learningRate() {
      return schedule(step);
    },
    apply(gradients: readonly WeightGradient[]): void {
      const rate = scalar((schedule(step) * Math.sqrt(1 - beta2 ** (step + 1))) / (1 - beta1 ** (step + 1)));
      for (const { variable: weight, gradient } of gradients) {
        let moment = moments.get(weight);
        if (moment === undefined) {
          moment = tidy(() => ({
            mean: variable(zerosLike(weight), false),
            squares: variable(zerosLike(weight), false),
          }));
          moments.set(weight, moment);
        }
        const { mean, squares } = moment;
        tidy(() => {
          mean.assign(add(mean, mul(sub(gradient, mean), keepMean)));
          squares.assign(add(squares, mul(sub(square(gradient), squares), keepSquares)));
          weight.assign(sub(weight, div(mul(mean, rate), add(sqrt(squares), floor))));
        });
      }
      rate.dispose();
      step += 1;
    },
    dispose(): void {
      for (const { mean, squares } of moments.values()) {
        mean.dispose();
        squares.dispose();
      }
      moments.clear();
      for (const constant of [keepMean, keepSquares, floor]) constant.dispose();
    },
  };
}
