// packages/core/src/errors.ts
var marker = /* @__PURE__ */ Symbol.for("@graft-ml/error");
var GraftError = class extends Error {
  code;
  subject;
  constructor(code, message, options = {}) {
    super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.subject = options.subject;
    Object.defineProperty(this, marker, { value: true });
  }
};
var ImageError = class extends GraftError {
  name = "ImageError";
  constructor(message, options) {
    super("IMAGE", message, options);
  }
};
var DatasetError = class extends GraftError {
  name = "DatasetError";
  constructor(message, options) {
    super("DATASET", message, options);
  }
};
var WeightsError = class extends GraftError {
  name = "WeightsError";
  constructor(message, options) {
    super("WEIGHTS", message, options);
  }
};
var EngineError = class extends GraftError {
  name = "EngineError";
  constructor(message, options) {
    super("ENGINE", message, options);
  }
};
var UnsupportedLayerError = class extends GraftError {
  name = "UnsupportedLayerError";
  constructor(message, options) {
    super("UNSUPPORTED_LAYER", message, options);
  }
};
var ArtifactError = class extends GraftError {
  name = "ArtifactError";
  constructor(message, options) {
    super("ARTIFACT", message, options);
  }
};
var CacheError = class extends GraftError {
  name = "CacheError";
  constructor(message, options) {
    super("CACHE", message, options);
  }
};
var TrainingError = class extends GraftError {
  name = "TrainingError";
  constructor(message, options) {
    super("TRAINING", message, options);
  }
};
var AbortedError = class extends GraftError {
  name = "AbortedError";
  constructor(message = "the work was aborted", options) {
    super("ABORTED", message, options);
  }
};
function isGraftError(value) {
  return typeof value === "object" && value !== null && marker in value;
}
function throwIfAborted(signal) {
  if (signal?.aborted) throw new AbortedError(void 0, { cause: signal.reason });
}
function quoteNames(names) {
  return [...names].map((name) => JSON.stringify(name)).join(", ");
}

// packages/core/src/backbones/define-backbone.ts
import { input, model } from "@tensorflow/tfjs-layers";
function defineBackbone({ graph, ...facts }) {
  return {
    ...facts,
    build(inputSize) {
      checkInputSize(inputSize, facts);
      const [height, width] = inputSize;
      const pixels = input({ shape: [height, width, 3], name: "input" });
      return model({ inputs: pixels, outputs: graph(pixels), name: facts.name });
    }
  };
}
function checkInputSize([height, width], facts) {
  const { name, minimumSize } = facts;
  if ([height, width].every((side) => Number.isSafeInteger(side) && side >= minimumSize)) return;
  throw new RangeError(
    `input size ${height}\xD7${width} does not suit ${name}; give whole numbers, at least ${minimumSize}\xD7${minimumSize}`
  );
}

// packages/core/src/backbones/layer-vocabulary.ts
import { layers } from "@tensorflow/tfjs-layers";
function convolution(x, options) {
  const { strides = 1, padding = "same", ...rest } = options;
  return output(layers.conv2d({ ...rest, strides, padding, kernelInitializer: "zeros" }).apply(x));
}
function maxPooling(x, options) {
  return output(layers.maxPooling2d({ ...options, padding: "valid" }).apply(x));
}
function relu(x, name) {
  return output(layers.activation({ activation: "relu", name }).apply(x));
}
function concatenate(parts, name) {
  return output(layers.concatenate({ axis: 3, name }).apply([...parts]));
}
function output(result) {
  return result;
}

// packages/core/src/backbones/squeezenet.ts
var fireModules = [
  { name: "fire2", squeeze: 16, expand: 64 },
  { name: "fire3", squeeze: 16, expand: 64, pool: "pool3" },
  { name: "fire4", squeeze: 32, expand: 128 },
  { name: "fire5", squeeze: 32, expand: 128, pool: "pool5" },
  { name: "fire6", squeeze: 48, expand: 192 },
  { name: "fire7", squeeze: 48, expand: 192 },
  { name: "fire8", squeeze: 64, expand: 256 },
  { name: "fire9", squeeze: 64, expand: 256 }
];
var squeezenet = defineBackbone({
  name: "squeezenet",
  inputSize: [224, 224],
  minimumSize: 31,
  preprocessing: "caffe",
  blocks: [
    { name: "conv1", lastLayer: "pool1" },
    ...fireModules.map(({ name, pool }) => ({ name, lastLayer: pool ?? `${name}/concat` }))
  ],
  topLayers: ["conv10"],
  imagenetFiles: ["squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5", "squeezenet_v1_imagenet_notop.h5"],
  graph(pixels) {
    const conv1 = convolution(pixels, { name: "conv1", filters: 64, kernelSize: 3, strides: 2, padding: "valid" });
    const pool1 = maxPooling(relu(conv1, "relu_conv1"), { name: "pool1", poolSize: 3, strides: 2 });
    return fireModules.reduce(addFireModule, pool1);
  }
});
function addFireModule(x, { name, squeeze, expand, pool }) {
  const narrow = activated(x, { module: name, step: "squeeze1x1", filters: squeeze });
  const wide1 = activated(narrow, { module: name, step: "expand1x1", filters: expand });
  const wide3 = activated(narrow, { module: name, step: "expand3x3", filters: expand });
  const joined = concatenate([wide1, wide3], `${name}/concat`);
  return pool === void 0 ? joined : maxPooling(joined, { name: pool, poolSize: 3, strides: 2 });
}
function activated(x, { module, step, filters }) {
  const kernelSize = step === "expand3x3" ? 3 : 1;
  return relu(convolution(x, { name: `${module}/${step}`, filters, kernelSize }), `${module}/relu_${step}`);
}

// packages/core/src/backbones/vgg.ts
var vgg16Blocks = [[2, 64], [2, 128], [3, 256], [3, 512], [3, 512]];
var vgg19Blocks = [[2, 64], [2, 128], [4, 256], [4, 512], [4, 512]];
var vgg16 = vgg("vgg16", vgg16Blocks);
var vgg19 = vgg("vgg19", vgg19Blocks);
function vgg(name, blocks) {
  return defineBackbone({
    name,
    inputSize: [224, 224],
    minimumSize: 32,
    preprocessing: "caffe",
    blocks: blocks.map((_, index) => ({ name: `block${index + 1}`, lastLayer: `block${index + 1}_pool` })),
    topLayers: ["fc1", "fc2", "predictions"],
    imagenetFiles: [`${name}_weights_tf_dim_ordering_tf_kernels_notop.h5`],
    graph: (pixels) => blocks.reduce(addBlock, pixels)
  });
}
function addBlock(x, [convolutions, filters], index) {
  const block = `block${index + 1}`;
  for (let n = 1; n <= convolutions; n += 1) {
    x = convolution(x, { name: `${block}_conv${n}`, filters, kernelSize: 3, activation: "relu" });
  }
  return maxPooling(x, { name: `${block}_pool`, poolSize: 2, strides: 2 });
}

// packages/core/src/backbones/registry.ts
var backbones = [vgg16, vgg19, squeezenet];
function listBackbones() {
  return backbones;
}
function getBackbone(name) {
  const found = backbones.find((backbone) => backbone.name === name);
  if (found) return found;
  const names = quoteNames(backbones.map((backbone) => backbone.name));
  throw new RangeError(`there is no backbone ${JSON.stringify(name)}; choose one of ${names}`);
}

// packages/core/src/weights/layer-shapes.ts
function layerShapes(network) {
  return network.layers.filter((layer) => layer.weights.length > 0).map((layer) => ({
    name: layer.name,
    weights: layer.weights.map((weight) => ({
      // tfjs names a weight `<layer>/<kernel>`, and the layer's own name may hold slashes.
      name: weight.originalName.slice(weight.originalName.lastIndexOf("/") + 1),
      shape: weight.shape.map(Number)
    }))
  }));
}
function countValues(shape) {
  return shape.reduce((product, size) => product * size, 1);
}
function equalShapes(a, b) {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
function formatShape(shape) {
  return shape.length === 0 ? "scalar" : shape.join("\xD7");
}
function formatShapes(weights) {
  return weights.map(({ shape }) => formatShape(shape)).join(", ");
}

// packages/core/src/weights/weight-formula.ts
function positionHash({ seed, layer, index }) {
  const text = new TextEncoder().encode(`${seed}/${layer}/${index}`);
  const first = hashBytes(text, 2166136261);
  const second = hashBytes(text, 2538058380);
  return (position) => {
    let x = Math.imul(position, 2654435769) + first | 0;
    x = Math.imul(x ^ x >>> 16, 2146121005);
    x = (x ^ x >>> 15) + second | 0;
    x = Math.imul(x, 2221713035);
    return (x ^ x >>> 16) >>> 0;
  };
}
function fillUniform(values, { key, offset, spread }) {
  const hash = positionHash(key);
  for (let position = 0; position < values.length; position += 1) {
    values[position] = offset + ((hash(position) >>> 8) + 0.5 - 8388608) / 8388608 * spread;
  }
}
function hashBytes(bytes, basis) {
  let x = basis;
  for (const byte of bytes) x = Math.imul(x ^ byte, 16777619);
  x = Math.imul(x ^ x >>> 16, 2146121005);
  x = Math.imul(x ^ x >>> 15, 2221713035);
  return x ^ x >>> 16;
}

// packages/core/src/weights/seeded-weights.ts
var initialValues = {
  bias: 0,
  beta: 0,
  moving_mean: 0,
  gamma: 1,
  moving_variance: 1
};
function seededWeights(network, { seed, draw = "initial" }) {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed is ${seed}; give a whole number, 0 or more`);
  }
  const layers2 = "layers" in network ? layerShapes(network) : network;
  return new Map(
    layers2.map(({ name, weights }) => [
      name,
      weights.map((weight, index) => seededTensor(weight, { key: { seed, layer: name, index }, draw }))
    ])
  );
}
function seededTensor({ name, shape }, { key, draw }) {
  const data = new Float32Array(countValues(shape));
  if (shape.length > 1) {
    fillUniform(data, { key, offset: 0, spread: Math.sqrt(6 / fanIn(name, shape)) });
    return { shape, data };
  }
  const initial = initialValues[name];
  if (initial === void 0) {
    const known = Object.keys(initialValues).join(", ");
    throw new RangeError(`weight ${JSON.stringify(name)} of layer ${JSON.stringify(key.layer)} is none of ${known}`);
  }
  if (draw === "everything") fillUniform(data, { key, offset: initial, spread: initial === 0 ? 0.25 : 0.5 });
  else data.fill(initial);
  return { shape, data };
}
function fanIn(name, shape) {
  return countValues(shape.slice(0, name === "depthwise_kernel" ? -2 : -1));
}

// packages/core/src/weights/match-weights.ts
function matchWeights(network, file, backbone) {
  const wanted = layerShapes(network);
  const names = new Set(wanted.map(({ name }) => name));
  const stored = file.layers.filter(({ name }) => names.has(name) || !backbone.topLayers.includes(name));
  const present = new Set(stored.map(({ name }) => name));
  const task = { wanted, stored, origin: file.origin, backbone: backbone.name };
  const byName = wanted.every(({ name }) => present.has(name));
  const found = byName ? matchByName(task) : matchByOrder(task);
  return new Map(wanted.map((layer, index) => [layer.name, readLayer(layer, found[index], task)]));
}
function matchByName(task) {
  const { wanted, stored, backbone } = task;
  const found = wanted.map((layer) => {
    const [first, ...others] = stored.filter(({ name }) => name === layer.name);
    if (first === void 0) throw refusal(task, `it has no layer ${quote(layer.name)}`);
    if (others.length > 0) throw refusal(task, `it has ${others.length + 1} layers named ${quote(layer.name)}`);
    checkShapes(task, layer, first);
    return first;
  });
  const own = new Set(found.map(({ container }) => container));
  const surplus = stored.find((layer) => own.has(layer.container) && !found.includes(layer));
  if (surplus === void 0) return found;
  throw refusal(
    task,
    `it also has layer ${quote(surplus.name)} (${formatShapes(surplus.weights)}), which ${backbone} does not have`
  );
}
function matchByOrder(task) {
  const containers = new Set(task.stored.map(({ container }) => container));
  const groups = [...containers].map((container) => task.stored.filter((layer) => layer.container === container));
  const fitting = groups.filter((group) => explainMisfit(task, group) === void 0);
  const [only] = fitting;
  if (only !== void 0 && fitting.length === 1) return only;
  if (fitting.length > 1) throw refusal(task, `it has ${fitting.length} networks of these shapes`);
  const closest = groups.reduce((a, b) => b.length > a.length ? b : a, []);
  throw refusal(task, explainMisfit(task, closest) ?? "it has no layers with weights");
}
function explainMisfit({ wanted, backbone }, stored) {
  const names = stored.map(({ name }) => name);
  for (const [index, layer] of wanted.entries()) {
    const other = stored[index];
    const missing = `it has no layer ${quote(layer.name)} (${formatShapes(layer.weights)})`;
    if (other === void 0) return missing;
    if (other.name === layer.name) continue;
    if ((names.includes(layer.name) || wanted.some(({ name }) => name === other.name)) && !isCounter(layer.name)) {
      return names.includes(layer.name) ? `its layer ${quote(layer.name)} stands in another order` : missing;
    }
  }
  for (const [index, layer] of wanted.entries()) {
    const other = stored[index];
    if (other === void 0 || equalLayers(layer, other)) continue;
    return `its layer ${index + 1}, ${quote(other.name)}, has shapes ${formatShapes(other.weights)}, but ${quote(layer.name)} of ${backbone} takes ${formatShapes(layer.weights)}`;
  }
  const surplus = stored[wanted.length];
  if (surplus === void 0) return void 0;
  return `it also has layer ${quote(surplus.name)} (${formatShapes(surplus.weights)}), which ${backbone} does not have`;
}
function isCounter(name) {
  return /^(?:(?:separable_|depthwise_)?conv2d|batch_normalization|dense)(?:_\d+)?$/.test(name);
}
function checkShapes(task, layer, other) {
  if (equalLayers(layer, other)) return;
  throw refusal(
    task,
    `its layer ${quote(layer.name)} has shapes ${formatShapes(other.weights)}, but ${task.backbone} takes ${formatShapes(layer.weights)}`
  );
}
function equalLayers(layer, other) {
  return layer.weights.length === other.weights.length && layer.weights.every(({ shape }, index) => equalShapes(shape, other.weights[index]?.shape ?? []));
}
function readLayer(layer, found, task) {
  return layer.weights.map(({ shape }, index) => {
    const weight = found?.weights[index];
    if (weight === void 0) throw refusal(task, `it has no weights for layer ${quote(layer.name)}`);
    return { shape, data: readValues(weight, layer.name, task.origin) };
  });
}
function readValues(weight, layer, origin) {
  const data = weight.read();
  const expected = countValues(weight.shape);
  if (data.length === expected && areFinite(data)) return data;
  const damage = data.length === expected ? "holds infinities or NaN" : `holds ${data.length} values instead of ${expected}`;
  throw new WeightsError(
    `weights file ${quote(origin)} is damaged: ${quote(weight.name)} of layer ${quote(layer)} ${damage}; fetch or save the file again`,
    { subject: origin }
  );
}
function areFinite(values) {
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isFinite(values[index])) return false;
  }
  return true;
}
function refusal({ origin, backbone, stored }, reason) {
  const what = stored.length === 0 ? "holds no layers with weights" : `does not fit ${backbone}: ${reason}`;
  return new WeightsError(
    `weights file ${quote(origin)} ${what}; give a weights file of ${backbone}, or choose the backbone that it belongs to`,
    { subject: origin }
  );
}
function quote(name) {
  return quoteNames([name]);
}

// packages/core/src/weights/assign-weights.ts
import { tensor } from "@tensorflow/tfjs-core";
function assignWeights(network, weights, { partial = false } = {}) {
  const pairs = network.layers.flatMap((layer) => {
    if (layer.weights.length === 0) return [];
    const values = weights.get(layer.name);
    if (values === void 0) {
      if (partial) return [];
      throw new WeightsError(
        `there are no weights for layer ${JSON.stringify(layer.name)} of ${network.name}; give weights of this network`,
        { subject: layer.name }
      );
    }
    const variables = layer.weights.map((variable) => ({ variable, shape: variable.shape.map(Number) }));
    const fits = variables.length === values.length && variables.every(({ shape }, index) => equalShapes(shape, values[index]?.shape ?? []));
    if (!fits) {
      throw new WeightsError(
        `layer ${JSON.stringify(layer.name)} of ${network.name} takes weights of shapes ${formatShapes(variables)}, but was given ${formatShapes(values)}; give weights of this network`,
        { subject: layer.name }
      );
    }
    return variables.map(({ variable, shape }, index) => ({ variable, shape, values: values[index] }));
  });
  for (const { variable, shape, values } of pairs) {
    if (values === void 0) continue;
    const value = tensor(values.data, shape, "float32");
    variable.write(value);
    value.dispose();
  }
}

// packages/core/src/digest.ts
async function sha256(content) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const digest = await globalThis.crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// packages/core/src/weights/weights-digest.ts
async function weightsDigest(weights) {
  const layers2 = [...weights].sort(([a], [b]) => a < b ? -1 : Number(a > b));
  const lines = await Promise.all(
    layers2.flatMap(([layer, tensors]) => tensors.map((tensor2, index) => describeTensor(tensor2, `${layer}	${index}`)))
  );
  return sha256(lines.join(""));
}
async function describeTensor({ shape, data }, name) {
  return `${name}	${shape.join("x")}	${await sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}
`;
}

// packages/core/src/tensor-files/float16.ts
function float32FromFloat16(bits) {
  return Float32Array.from(bits, (half) => {
    const sign = half & 32768 ? -1 : 1;
    const exponent = half >>> 10 & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

// packages/core/src/tensor-files/unique-json.ts
function parseUniqueJson(text) {
  const value = JSON.parse(text);
  const open = [];
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === "{") open.push(/* @__PURE__ */ new Set());
    else if (token === "[") open.push(void 0);
    else if (token === "}" || token === "]") open.pop();
    else if (key !== void 0) {
      const name = JSON.parse(key);
      const keys = open.at(-1);
      if (keys?.has(name)) throw new SyntaxError(`key ${key} stands twice`);
      keys?.add(name);
    }
  }
  return value;
}

// packages/core/src/tensor-files/safetensors.ts
var safetensorsPrefixLength = 8;
var maximumHeaderLength = 1e8;
var bytesPerValue = { F32: 4, F16: 2 };
function encodeSafetensors(tensors, metadata) {
  for (const [name, { shape, data }] of tensors) {
    if (isShapeOf(shape, data.length)) continue;
    throw new RangeError(
      `tensor ${quoteNames([name])} has shape [${shape.join(", ")}] but ${data.length} values; give as many as the shape holds`
    );
  }
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const header = safetensorsHeader(shapes, metadata && { metadata });
  const values = [...tensors.values()].map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const bytes = new Uint8Array(values.reduce((length, part) => length + part.length, header.length));
  bytes.set(header);
  let position = header.length;
  for (const part of values) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}
function safetensorsHeader(shapes, options = {}) {
  const { metadata, length = 0 } = options;
  const fields = metadata === void 0 ? [] : [["__metadata__", metadata]];
  let offset = 0;
  for (const [name, shape] of shapes) {
    if (name === "__metadata__") throw new RangeError('a tensor must not be named "__metadata__"; choose another name');
    const end = shape.reduce((product, size) => product * size, bytesPerValue.F32) + offset;
    fields.push([name, { dtype: "F32", shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  const text = new TextEncoder().encode(json);
  const padded = Math.max(Math.ceil(text.length / 8) * 8, length - safetensorsPrefixLength);
  const header = new Uint8Array(safetensorsPrefixLength + padded).fill(32);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(text, safetensorsPrefixLength);
  return header;
}
function decodeSafetensors(bytes) {
  const length = safetensorsHeaderLength(bytes.subarray(0, safetensorsPrefixLength), bytes.length);
  const text = bytes.subarray(safetensorsPrefixLength, safetensorsPrefixLength + length);
  const { entries, metadata } = parseSafetensorsHeader(text, bytes.length);
  const tensors = new Map(
    entries.map((entry) => [
      entry.name,
      // slice() copies, which also brings the values to an address that a Float32Array accepts.
      { shape: entry.shape, data: float32FromSafetensors(bytes.slice(entry.begin, entry.end), entry.dtype) }
    ])
  );
  return { tensors, metadata };
}
function safetensorsHeaderLength(prefix, fileLength) {
  if (prefix.length < safetensorsPrefixLength) throw broken(`it has ${prefix.length} bytes; the shortest has 10`);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  const room = fileLength - safetensorsPrefixLength;
  if (length > maximumHeaderLength || length > room) {
    throw broken(`its header claims ${length} bytes, but ${room} follow and ${maximumHeaderLength} are allowed`);
  }
  return Number(length);
}
function parseSafetensorsHeader(text, fileLength) {
  const fields = parseFields(text);
  const metadata = parseMetadata(fields.get("__metadata__"));
  fields.delete("__metadata__");
  const start = safetensorsPrefixLength + text.length;
  const entries = [...fields].map(([name, field]) => parseEntry(name, field, start)).sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = start;
  for (const { name, begin, end } of entries) {
    if (begin !== position) throw broken(`tensor ${quoteNames([name])} leaves a gap or lies over another`);
    position = end;
  }
  if (position !== fileLength) throw broken(`its tensors end at byte ${position} of ${fileLength}`);
  return { entries, metadata };
}
function float32FromSafetensors(bytes, dtype) {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  if (dtype === "F32") return new Float32Array(buffer, byteOffset, byteLength / 4);
  return float32FromFloat16(new Uint16Array(buffer, byteOffset, byteLength / 2));
}
function parseFields(text) {
  let value;
  try {
    value = parseUniqueJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text));
  } catch (cause) {
    throw broken(`its header is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  if (!isRecord(value) || text[0] !== 123) throw broken("its header is no JSON object");
  return new Map(Object.entries(value));
}
function parseMetadata(field) {
  if (field === void 0) return /* @__PURE__ */ new Map();
  const entries = isRecord(field) ? Object.entries(field) : void 0;
  if (entries?.every((entry) => typeof entry[1] === "string")) return new Map(entries);
  throw broken("its metadata is no object of texts");
}
function parseEntry(name, field, start) {
  const quoted = quoteNames([name]);
  if (!isRecord(field)) throw broken(`tensor ${quoted} is not described by an object`);
  const { dtype, shape, data_offsets: offsets, ...others } = field;
  if (dtype !== "F32" && dtype !== "F16") {
    throw broken(`tensor ${quoted} has numbers of kind ${JSON.stringify(dtype)}; F32 and F16 can be read`);
  }
  if (!isSizes(shape)) throw broken(`tensor ${quoted} has no proper shape`);
  if (!isSizes(offsets) || offsets.length !== 2) throw broken(`tensor ${quoted} has no proper data_offsets`);
  const [unknown] = Object.keys(others);
  if (unknown !== void 0) throw broken(`tensor ${quoted} has an unknown field ${quoteNames([unknown])}`);
  const [begin = 0, end = 0] = offsets;
  if (!isShapeOf(shape, (end - begin) / bytesPerValue[dtype])) {
    throw broken(`tensor ${quoted} has shape [${shape.join(", ")}] but ${end - begin} bytes of ${dtype}`);
  }
  return { name, dtype, shape, begin: start + begin, end: start + end };
}
function isShapeOf(shape, count) {
  return isSizes(shape) && shape.reduce((product, size) => product * size, 1) === count;
}
function isSizes(value) {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function broken(reason, cause) {
  return new WeightsError(`these bytes are no safetensors file: ${reason}; fetch or write the file again`, { cause });
}

// packages/core/src/tensor-files/npy.ts
var growthDigits = 21;
var magic = [147, 78, 85, 77, 80, 89];
function encodeNpy(shape, data) {
  const header = npyHeader(shape);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    throw new RangeError(`shape [${shape.join(", ")}] holds ${count} values, but ${data.length} were given; make them equal`);
  }
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}
function npyHeader(shape) {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new RangeError(`shape [${shape.join(", ")}] must hold whole numbers, 0 or more`);
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const growth = " ".repeat(shape.length === 0 ? 0 : growthDigits - String(shape[0]).length);
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }${growth}`;
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = new Uint8Array(total).fill(32);
  header.set([...magic, 1, 0, total - 10 & 255, total - 10 >>> 8]);
  header.set(new TextEncoder().encode(text), 10);
  header[total - 1] = 10;
  return header;
}

// packages/node-adapter/src/weights/hdf5-library.ts
var library;
function hdf5Library() {
  library ??= loadLibrary();
  return library;
}
async function loadLibrary() {
  const { ready } = await import("h5wasm/node");
  const module = await ready;
  let diagnosis;
  const files = module.FS;
  const write = files.write.bind(files);
  files.write = (stream, buffer, ...range) => {
    if (stream.fd !== 2 || diagnosis === void 0) return write(stream, buffer, ...range);
    const [offset, length] = range;
    diagnosis.push(new TextDecoder().decode(buffer.slice(offset, offset + length)));
    return length;
  };
  return {
    call(work) {
      const reports = [];
      diagnosis = reports;
      try {
        const result = work(module);
        if (reports.length === 0) return result;
      } catch (error) {
        throw reports.length === 0 ? error : new Error(reports.join(""), { cause: error });
      } finally {
        diagnosis = void 0;
      }
      throw new Error(reports.join(""));
    }
  };
}

// packages/node-adapter/src/weights/weights-file-errors.ts
import { stat } from "node:fs/promises";
function damagedFile(path, { part, detail, cause }) {
  const place = part === void 0 ? "" : ` at ${JSON.stringify(part)}`;
  const reason = detail === void 0 ? "is cut short, damaged, or no HDF5 file" : `cannot be used: ${detail}`;
  return new WeightsError(
    `weights file ${JSON.stringify(path)}${place} ${reason}; fetch it again, or save the weights again from Keras`,
    { cause, subject: path }
  );
}
async function weightsFileSize(path) {
  const quoted = JSON.stringify(path);
  const facts = await stat(path).catch((cause) => {
    throw new WeightsError(`there is no weights file ${quoted}; check the path`, { cause, subject: path });
  });
  if (!facts.isFile()) {
    throw new WeightsError(`${quoted} is no file; give the path of one weights file`, { subject: path });
  }
  if (facts.size === 0) {
    throw new WeightsError(`weights file ${quoted} is empty (0 bytes); fetch or save it again`, { subject: path });
  }
  return facts.size;
}

// packages/node-adapter/src/weights/hdf5-file.ts
var Hdf5File = class _Hdf5File {
  /** The path as the user gave it. */
  origin;
  #size;
  #library;
  #id;
  constructor(origin, size, library2) {
    this.origin = origin;
    this.#size = size;
    this.#library = library2;
    this.#id = this.#ask(void 0, (module) => module.open(origin, module.H5F_ACC_RDONLY, false, -1, -1), 0n);
  }
  /**
   * Opens a file where it lies: HDF5 reads it through Node's file system, so that it is never in memory as a whole.
   * @throws WeightsError if it is missing, empty, no HDF5 file, or cut short.
   */
  static async open(path) {
    const size = await weightsFileSize(path);
    return new _Hdf5File(path, size, await hdf5Library());
  }
  /** Names within a group, in the file's order. */
  names(group) {
    return this.#ask(group, (module, id) => module.get_names(id, `/${group}`, false));
  }
  isGroup(path) {
    return this.#ask(path, (module, id) => module.get_type(id, `/${path}`) === module.H5G_GROUP);
  }
  isDataset(path) {
    return this.#ask(path, (module, id) => module.get_type(id, `/${path}`) === module.H5G_DATASET);
  }
  /** An attribute's texts; `undefined` if there is no such attribute, or it holds something else. */
  texts(path, attribute) {
    return this.#ask(path, (module, id) => {
      const place = `/${path}`;
      if (!module.get_attribute_names(id, place).includes(attribute)) return void 0;
      const metadata = module.get_attribute_metadata(id, place, attribute);
      if (metadata.total_size === 0) return [];
      if (metadata.type !== module.H5T_class_t.H5T_STRING.value) return void 0;
      if (metadata.size * metadata.total_size > this.#size) {
        throw this.#damaged(path, `its attribute ${attribute} claims more bytes than there are`);
      }
      return readTexts(module, { id, place, attribute, metadata });
    });
  }
  /** What lies at `path`; refuses anything but a data set. */
  dataset(path) {
    if (!this.isDataset(path)) throw this.#damaged(path, "no values are stored there");
    return { path, shape: this.#metadata(path).shape ?? [] };
  }
  /** Reads a data set as float32. */
  read(path) {
    const metadata = this.#metadata(path);
    const { size, total_size: count, chunks } = metadata;
    const byteLength = size * count;
    if (!(byteLength <= this.#size * (chunks ? 1032 : 1))) {
      throw this.#damaged(path, `it claims ${byteLength} bytes in a file of ${this.#size}`);
    }
    return this.#ask(path, (module, id) => {
      const convert = converter(module, metadata);
      if (convert) return convert(readBytes(module, { id, path, byteLength }));
      throw new WeightsError(
        `${JSON.stringify(path)} in weights file ${JSON.stringify(this.origin)} does not hold floating-point numbers of 16, 32 or 64 bits; save the weights as float32`,
        { subject: this.origin }
      );
    });
  }
  /** Frees the file; a second call does nothing. */
  close() {
    const id = this.#id;
    if (id === void 0) return;
    this.#id = void 0;
    this.#library.call((module) => module.close_file(id));
  }
  #metadata(path) {
    return this.#ask(path, (module, id) => module.get_dataset_metadata(id, `/${path}`));
  }
  #ask(path, work, id = this.#id) {
    if (id === void 0) {
      throw new WeightsError(`weights file ${JSON.stringify(this.origin)} is closed; open it again`, {
        subject: this.origin
      });
    }
    try {
      return this.#library.call((module) => work(module, id));
    } catch (cause) {
      throw cause instanceof WeightsError ? cause : this.#damaged(path, void 0, cause);
    }
  }
  #damaged(path, detail, cause) {
    return damagedFile(this.origin, { part: path, detail, cause });
  }
};
function converter(module, { type, size }) {
  if (type !== module.H5T_class_t.H5T_FLOAT.value) return void 0;
  if (size === 2) return (bytes) => float32FromFloat16(new Uint16Array(bytes));
  if (size === 4) return (bytes) => new Float32Array(bytes);
  if (size === 8) return (bytes) => Float32Array.from(new Float64Array(bytes));
  return void 0;
}
function readTexts(module, { id, place, attribute, metadata }) {
  const { size, total_size: count, vlen } = metadata;
  return withMemory(module, size * count, (address) => {
    const at = BigInt(address);
    if (module.get_attribute_data(id, place, attribute, at) < 0) throw new Error("reading an attribute failed");
    const bytes = module.HEAPU8.slice(address, address + size * count);
    if (!vlen) return Array.from({ length: count }, (_, n) => decodeText(bytes.subarray(n * size, (n + 1) * size)));
    const texts = Array.from(new Uint32Array(bytes.buffer), (text) => text === 0 ? "" : module.UTF8ToString(text));
    module.reclaim_vlen_memory(id, place, attribute, at);
    return texts;
  });
}
function decodeText(bytes) {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
function readBytes(module, { id, path, byteLength }) {
  return withMemory(module, byteLength, (address) => {
    const status = module.get_dataset_data(id, `/${path}`, null, null, null, BigInt(address));
    if (status < 0) throw new Error(`reading failed with status ${status}`);
    return module.HEAPU8.slice(address, address + byteLength).buffer;
  });
}
function withMemory(module, byteLength, use) {
  const address = byteLength > module.MAXIMUM_MEMORY ? 0 : module._malloc(byteLength);
  if (address === 0) throw new Error(`no memory for ${byteLength} bytes`);
  try {
    return use(address);
  } finally {
    module._free(address);
  }
}

// packages/node-adapter/src/weights/keras3-layout.ts
var maximumDepth = 32;
function keras3Layers(file) {
  return layersWithin(file, "", 0);
}
function layersWithin(file, path, depth) {
  if (depth > maximumDepth) throw damagedFile(file.origin, { part: path, detail: "its groups nest without end" });
  const groups = file.names(path).filter((name) => !(path === "" && name === "optimizer") && file.isGroup(join(path, name))).sort(byRunningNumber);
  return groups.flatMap(
    (name) => name === "vars" ? layerAt(file, path) : layersWithin(file, join(path, name), depth + 1)
  );
}
function layerAt(file, path) {
  const vars = join(path, "vars");
  const indices = file.names(vars).filter((name2) => /^\d+$/.test(name2));
  if (indices.length === 0) return [];
  const weights = indices.sort((a, b) => Number(a) - Number(b)).map((index) => {
    const place = `${vars}/${index}`;
    return { name: place, shape: file.dataset(place).shape, read: () => file.read(place) };
  });
  const [group = "", ...parents] = path.split("/").reverse();
  const name = file.texts(vars, "name")?.[0] ?? group;
  return [{ name, container: containerOf(parents.reverse()), weights }];
}
function containerOf(parents) {
  const last = parents.at(-1);
  const list = last === "layers" || last === "_layer_checkpoint_dependencies";
  return (list ? parents.slice(0, -1) : parents).join("/");
}
function byRunningNumber(a, b) {
  const [classA, numberA] = splitRunningNumber(a);
  const [classB, numberB] = splitRunningNumber(b);
  if (classA !== classB) return classA < classB ? -1 : 1;
  return numberA - numberB;
}
function splitRunningNumber(name) {
  const match = /^(.*)_(\d+)$/.exec(name);
  return match ? [match[1] ?? "", Number(match[2])] : [name, 0];
}
function join(path, name) {
  return path === "" ? name : `${path}/${name}`;
}

// packages/node-adapter/src/weights/legacy-layout.ts
function legacyLayers(file) {
  const root = ["", "model_weights"].find(
    (group) => (group === "" || file.isGroup(group)) && chunkedTexts(file, group, "layer_names") !== void 0
  );
  if (root === void 0) return void 0;
  const names = chunkedTexts(file, root, "layer_names") ?? [];
  return names.flatMap((name) => layersOfGroup(file, { name, path: root === "" ? name : `${root}/${name}` }));
}
function layersOfGroup(file, { name, path }) {
  if (!file.isGroup(path)) throw damagedFile(file.origin, { part: path, detail: "it is listed, but is not there" });
  const names = chunkedTexts(file, path, "weight_names");
  if (names === void 0) throw damagedFile(file.origin, { part: path, detail: "it lists no weight names" });
  if (names.length === 0) return [];
  const weight = (weightName) => {
    const { path: place, shape } = file.dataset(`${path}/${weightName}`);
    return { name: weightName, shape, read: () => file.read(place) };
  };
  const owners = names.map((weightName) => ownerOf(weightName, name));
  const distinct = [...new Set(owners)];
  if (distinct.length < 2 || distinct.includes("")) return [{ name, container: "", weights: names.map(weight) }];
  return distinct.map((owner) => ({
    name: owner,
    container: name,
    weights: names.filter((_, index) => owners[index] === owner).map(weight)
  }));
}
function ownerOf(weightName, group) {
  const owner = weightName.slice(0, Math.max(0, weightName.lastIndexOf("/")));
  return owner.startsWith(`${group}/`) ? owner.slice(group.length + 1) : owner;
}
function chunkedTexts(file, path, attribute) {
  const whole = file.texts(path, attribute);
  if (whole) return whole;
  const chunks = [];
  for (let index = 0; ; index += 1) {
    const chunk = file.texts(path, `${attribute}${index}`);
    if (chunk === void 0) return index === 0 ? void 0 : chunks;
    chunks.push(...chunk);
  }
}

// packages/node-adapter/src/weights/keras-weight-file.ts
async function kerasWeightFile(path) {
  const file = await Hdf5File.open(path);
  try {
    return { origin: path, layers: readLayers(file), close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}
function readLayers(file) {
  const layers2 = legacyLayers(file) ?? keras3Layers(file);
  if (layers2.length > 0) return layers2;
  throw damagedFile(file.origin, { detail: "it is HDF5, but holds no weights in a layout of Keras" });
}
export {
  AbortedError,
  ArtifactError,
  CacheError,
  DatasetError,
  EngineError,
  GraftError,
  ImageError,
  TrainingError,
  UnsupportedLayerError,
  WeightsError,
  assignWeights,
  countValues,
  decodeSafetensors,
  encodeNpy,
  encodeSafetensors,
  equalShapes,
  float32FromFloat16,
  float32FromSafetensors,
  formatShape,
  formatShapes,
  getBackbone,
  hdf5Library,
  isGraftError,
  kerasWeightFile,
  layerShapes,
  listBackbones,
  matchWeights,
  npyHeader,
  parseSafetensorsHeader,
  quoteNames,
  safetensorsHeader,
  safetensorsHeaderLength,
  safetensorsPrefixLength,
  seededWeights,
  throwIfAborted,
  weightsDigest
};
