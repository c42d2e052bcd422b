/** The manifest's file name; an artifact is whole once it is there. */
export const manifestName = 'graft.json';

/** The suffix's weights, as safetensors. */
export const suffixName = 'suffix.safetensors';

/** How the prefix runs in int8, as JSON; there only where it does. */
export const quantizationName = 'quantization.json';

/** The backbone's weights, as safetensors; there only where they are embedded. */
export const baseName = 'base.safetensors';

/** The most bytes that a manifest may have; one of 10,000 classes and 1,000 epochs has a tenth of it. */
export const maximumManifestBytes = 2 ** 23;
