// Gradients for TensorFlow.js backends that lack them.
export { registerMissingGradientKernels, type GradientKernelOptions } from './register-missing-gradient-kernels.js';
