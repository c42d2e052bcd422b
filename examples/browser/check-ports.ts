// Runs in the browser, built by ports.test.ts: holds the web's ports to the contracts of core.
import { getBackend } from '@tensorflow/tfjs-core';
import type { EmbeddedWeights } from '@graft-ml/base-tiny';
import {
  defineBackbone,
  isGraftError,
  memoryFeatureCache,
  preprocessings,
  seededWeights,
  type Engine,
} from '@graft-ml/core';
import {
  artifactReadingContract,
  artifactStoreContract,
  featureCacheContract,
  featureExtractorContract,
  imageSourceContract,
  weightSourceContract,
  type ContractCheck,
  type ImageSourceSamples,
} from '@graft-ml/core/contracts';
import { encodeSafetensors } from '@graft-ml/core/tensor-files';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { canvasImageSource } from './src/ports/canvas-image-source.js';
import { embeddedWeightSource } from './src/ports/embedded-weight-source.js';
import { fetchArtifactStore } from './src/ports/fetch-artifact-store.js';
import { indexedDbArtifactStore } from './src/ports/indexed-db-artifact-store.js';
import { pickedArtifactStore } from './src/ports/picked-artifact-store.js';
import { useBackend, webEngines } from './src/ports/web-engines.js';

/** What one check found. */
interface CheckResult {
  readonly title: string;
  /** Undefined if the port keeps its promise. */
  readonly failure: string | undefined;
}

/** Bytes as text, to hand them into the page. */
type Base64 = string;

const bytesOf = (text: Base64) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Runs the checks of every port, one after the other. */
async function checkPorts(samples: ImageSourceSamples): Promise<CheckResult[]> {
  await useBackend('cpu');
  return [
    ...(await runChecks('canvas images', imageSourceContract(canvasImageSource, samples))),
    ...(await runChecks('embedded weights', await weightChecks())),
    ...(await runChecks('picked artifact', artifactReadingContract(picked))),
    ...(await runChecks('fetched artifact', artifactReadingContract(fetched))),
    ...(await runChecks(
      'artifact in IndexedDB',
      artifactStoreContract(() => indexedDbArtifactStore(`contract-${count++}`)),
    )),
    ...(await runChecks('features in memory', featureCacheContract({ create: memoryFeatureCache }))),
  ];
}

/** Runs the checks of an engine; undefined where it cannot run. */
async function checkEngine(name: string): Promise<CheckResult[] | undefined> {
  const engine = webEngines().find((known) => known.name === name)!;
  return (await engine.check()).usable ? runChecks(name, engineChecks(engine)) : undefined;
}

async function runChecks(port: string, checks: readonly ContractCheck[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const { title } = check;
    try {
      await check.run();
      results.push({ title: `${port}: ${title}`, failure: undefined });
    } catch (error) {
      const kind = isGraftError(error) ? `${error.code} ` : '';
      results.push({ title: `${port}: ${title}`, failure: kind + String(error) });
    }
  }
  return results;
}

let count = 0;

const picked = (files: ReadonlyMap<string, Uint8Array>) =>
  pickedArtifactStore([...files].map(([name, bytes]) => new File([bytes as Uint8Array<ArrayBuffer>], name)));

/** A server that has these files, and no others. */
function fetched(files: ReadonlyMap<string, Uint8Array>): ReturnType<typeof fetchArtifactStore> {
  const location = `contract-${count++}`;
  const { fetch } = globalThis;
  globalThis.fetch = (request, options) => {
    const { pathname } = new URL(request instanceof Request ? request.url : request, document.baseURI);
    const [, folder, name = ''] = pathname.split('/');
    if (folder !== location) return fetch(request, options);
    const bytes = files.get(name);
    return Promise.resolve(
      bytes ? new Response(bytes as Uint8Array<ArrayBuffer>) : new Response(null, { status: 404 }),
    );
  };
  return fetchArtifactStore(`/${location}`);
}

const small = defineBackbone({
  name: 'small',
  inputSize: [16, 16],
  minimumSize: 4,
  preprocessing: 'tf',
  top: null,
  blocks: [{ name: 'block', lastLayer: 'conv' }],
  graph: (pixels) =>
    layers.conv2d({ name: 'conv', filters: 3, kernelSize: 3, activation: 'relu' }).apply(pixels) as SymbolicTensor,
});

async function weightChecks(): Promise<ContractCheck[]> {
  const network = small.build([16, 16]);
  const weights = seededWeights(network, { seed: 1 });
  network.dispose();
  const tensors = [...weights].flatMap(([layer, values]) =>
    values.map((value, index) => [`${layer}/${index}`, value] as const),
  );
  const bytes = encodeSafetensors(new Map(tensors)) as Uint8Array<ArrayBuffer>;
  const embed = async (content: Uint8Array<ArrayBuffer>, backbone: string): Promise<EmbeddedWeights> => ({
    backbone,
    url: new URL(URL.createObjectURL(new Blob([content]))),
    bytes: content.length,
    sha256: Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', content)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join(''),
  });
  const source = embeddedWeightSource([await embed(bytes, 'small')]);
  return weightSourceContract(() => source, {
    backbone: small,
    selector: 'embedded',
    weights,
    missing: 'imagenet',
    damaged: 'nowhere.h5',
  });
}

function engineChecks(engine: Engine): ContractCheck[] {
  return featureExtractorContract({
    engine,
    prefix() {
      const pixels = input({ shape: [6, 5, 3], name: 'pixels' });
      const features = layers.conv2d({ name: 'conv', filters: 4, kernelSize: 3 }).apply(pixels) as SymbolicTensor;
      const network = model({ inputs: pixels, outputs: features, name: 'prefix' });
      return {
        network,
        weights: seededWeights(network, { seed: 3 }),
        preprocessing: preprocessings.torch,
        inputSize: [6, 5],
      };
    },
    async useReferenceBackend() {
      if (getBackend() !== 'cpu') await useBackend('cpu');
    },
  });
}

/** The pixels that this page makes of a picture. */
async function decodeSquare(picture: Base64, side: number): Promise<number[]> {
  const { data } = await canvasImageSource().decode(bytesOf(picture), {
    size: [side, side],
    interpolation: 'antialias',
  });
  return [...data];
}

/** What the test calls in the page. */
const portChecks = { bytesOf, checkEngine, checkPorts, decodeSquare };
export type PortChecks = typeof portChecks;
Object.assign(globalThis, { portChecks });
