// Arrays in files: NumPy's, Hugging Face's, and numbers of half precision.
export { float16FromFloat32, float32FromFloat16 } from './float16.js';
export { encodeNpy, npyHeader } from './npy.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  float32FromSafetensors,
  parseSafetensorsHeader,
  safetensorsHeader,
  safetensorsHeaderLength,
  safetensorsPrefixLength,
  type FloatTensor,
} from './safetensors.js';
