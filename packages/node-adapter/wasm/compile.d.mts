/** The WebAssembly module's bytes. */
export function compileKernel(): Promise<Uint8Array>;

/** The module that carries them. */
export function kernelSource(wasm: Uint8Array): string;
