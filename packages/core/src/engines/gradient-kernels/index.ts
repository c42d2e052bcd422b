// Gradients for TensorFlow.js backends that lack them.
export { registerMissingGradientKernels, type GradientKernelOptions } from './register-missing-gradient-kernels.js';
export { ADAM_KERNEL, type AdamKernelAttributes } from '../../training/optimizers/adam-kernel.js';
