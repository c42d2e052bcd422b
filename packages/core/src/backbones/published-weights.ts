import type { InputSize } from '../image.js';

/** What is known of one network and of the ImageNet weights that Keras publishes for it. */
export interface PublishedWeights {
  /** The backbone's name. */
  readonly name: string;
  /** The input size that the weights were trained at. */
  readonly inputSize: InputSize;
  /** Parameters without the classifier; statistics of batch normalisation count. */
  readonly parameters: number;
  /** Share of ImageNet's validation images whose class the whole network names, 0–1; undefined if none was published. */
  readonly top1Accuracy?: number;
  /** The weights' licence, in the words of Keras' documentation of 2019; undefined where it states none. */
  readonly licence?: string;
  /** Without the classifier. Undefined if Keras publishes none. */
  readonly file?: PublishedFile;
  /** With the classifier of 1,000 classes. Undefined if Keras publishes none. */
  readonly fileWithTop?: PublishedFile;
  /** The data package that carries weights of this project's own. */
  readonly embeddedIn?: string;
}

/** A file that Keras publishes. */
export interface PublishedFile {
  /** What Keras calls it in its own folder. */
  readonly name: string;
  /** Where it lies below {@link publishedWeightsBase}, or below a mirror of it. */
  readonly path: string;
  /** Undefined where nobody states it. */
  readonly bytes?: number;
  /** Hexadecimal. Undefined for MobileNet and MobileNetV2, whose files Keras itself does not check. */
  readonly hash?: { readonly algorithm: 'md5' | 'sha256'; readonly hex: string };
}

/** What all addresses of published weights begin with; a mirror keeps the same paths below another address. */
export const publishedWeightsBase = 'https://storage.googleapis.com/';

interface Row extends Omit<PublishedWeights, 'file' | 'fileWithTop'> {
  /** Without the classifier. The name is the end of the path unless it is given; 32 digits are MD5, 64 are SHA-256. */
  readonly file?: Omit<PublishedFile, 'name' | 'hash'> & { readonly name?: string; readonly hash?: string };
  /** Hash of the file with the classifier, whose name leaves out what says that it has none. */
  readonly topHash?: string;
}

/** Keras' list of ImageNet's 1,000 classes. */
export const imagenetClassIndex: PublishedFile = {
  name: 'imagenet_class_index.json',
  path: 'download.tensorflow.org/data/imagenet_class_index.json',
  hash: { algorithm: 'md5', hex: 'c2c37ea517e94d9795004a39431a14cb' },
};

const applications = 'tensorflow/keras-applications';

// Files, hashes, sizes and counts: keras.applications (oracle: oracles/published_weights.py). Bytes: what Keras prints when it
// fetches. Accuracy: the table of keras.io/api/applications, for MobileNetV3 the one in keras/applications/mobilenet_v3.py.
// prettier-ignore
const rows: readonly Row[] = [
  { name: 'vgg16', inputSize: [224, 224], parameters: 14_714_688, top1Accuracy: 0.713, licence: 'CC BY',
    file: { bytes: 58_889_256, path: `${applications}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: '6d6bbae143d832006294945121d1f1fc' },
    topHash: '64373286793e3c8b2b4e3219cbf3544b' },
  { name: 'vgg19', inputSize: [224, 224], parameters: 20_024_384, top1Accuracy: 0.713, licence: 'CC BY',
    file: { bytes: 80_134_624, path: `${applications}/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: '253f8cb515780f3b799900260a226db6' },
    topHash: 'cbe5617147190e668d6c5d5026f83318' },
  { name: 'resnet50', inputSize: [224, 224], parameters: 23_587_712, top1Accuracy: 0.749, licence: 'MIT',
    file: { bytes: 94_765_736, path: `${applications}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: '4d473c1dd8becc155b73f8504c6f6626' },
    topHash: '2cb95161c43110f7111970584f804107' },
  { name: 'resnet101', inputSize: [224, 224], parameters: 42_658_176, top1Accuracy: 0.764, licence: 'MIT',
    file: { bytes: 171_446_536, path: `${applications}/resnet/resnet101_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: '88cf7a10940856eca736dc7b7e228a21' },
    topHash: 'f1aeb4b969a6efcfb50fad2f0c20cfc5' },
  { name: 'resnet152', inputSize: [224, 224], parameters: 58_370_944, top1Accuracy: 0.766, licence: 'MIT',
    file: { bytes: 234_698_864, path: `${applications}/resnet/resnet152_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'ee4c566cf9a93f14d82f913c2dc6dd0c' },
    topHash: '100835be76be38e30d865e96f2aaae62' },
  { name: 'resnet50v2', inputSize: [224, 224], parameters: 23_564_800, top1Accuracy: 0.76, licence: 'BSD',
    file: { bytes: 94_668_760, path: `${applications}/resnet/resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'fac2f116257151a9d068a22e544a4917' },
    topHash: '3ef43a0b657b3be2300d5770ece849e0' },
  { name: 'resnet101v2', inputSize: [224, 224], parameters: 42_626_560, top1Accuracy: 0.772, licence: 'BSD',
    file: { bytes: 171_317_808, path: `${applications}/resnet/resnet101v2_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'c0ed64b8031c3730f411d2eb4eea35b5' },
    topHash: '6343647c601c52e1368623803854d971' },
  { name: 'resnet152v2', inputSize: [224, 224], parameters: 58_331_648, top1Accuracy: 0.78, licence: 'BSD',
    file: { bytes: 234_545_216, path: `${applications}/resnet/resnet152v2_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'ed17cf2e0169df9d443503ef94b23b33' },
    topHash: 'a49b44d1979771252814e80f8ec446f9' },
  { name: 'mobilenet', inputSize: [224, 224], parameters: 3_228_864, top1Accuracy: 0.704, licence: 'Apache-2.0',
    file: { bytes: 17_225_924, path: `${applications}/mobilenet/mobilenet_1_0_224_tf_no_top.h5` } },
  { name: 'mobilenetv2', inputSize: [224, 224], parameters: 2_257_984, top1Accuracy: 0.713, licence: 'Apache-2.0',
    file: { bytes: 9_406_464, path: `${applications}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5` } },
  { name: 'mobilenetv3small', inputSize: [224, 224], parameters: 939_120, top1Accuracy: 0.681,
    file: { bytes: 4_334_752, path: `${applications}/mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5`,
      hash: 'd3e8ec802a04aa4fc771ee12a9a9b836' },
    topHash: '8768d4c2e7dee89b9d02b2d03d65d862' },
  { name: 'mobilenetv3large', inputSize: [224, 224], parameters: 2_996_352, top1Accuracy: 0.756,
    file: { bytes: 12_683_000, path: `${applications}/mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5`,
      hash: '07fb09a5933dd0c8eaafa16978110389' },
    topHash: '59e551e166be033d707958cf9e29a6a7' },
  { name: 'densenet121', inputSize: [224, 224], parameters: 7_037_504, top1Accuracy: 0.75, licence: 'BSD-3-Clause',
    file: { bytes: 29_084_464, path: `${applications}/densenet/densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: '30ee3e1110167f948a6b9946edeeb738' },
    topHash: '9d60b8095a5708f2dcce2bca79d332c7' },
  { name: 'densenet169', inputSize: [224, 224], parameters: 12_642_880, top1Accuracy: 0.762, licence: 'BSD-3-Clause',
    file: { bytes: 51_877_672, path: `${applications}/densenet/densenet169_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'b8c4d4c20dd625c148057b9ff1c1176b' },
    topHash: 'd699b8f76981ab1b30698df4c175e90b' },
  { name: 'densenet201', inputSize: [224, 224], parameters: 18_321_984, top1Accuracy: 0.773, licence: 'BSD-3-Clause',
    file: { bytes: 74_836_368, path: `${applications}/densenet/densenet201_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'c13680b51ded0fb44dff2d8f86ac8bb1' },
    topHash: '1ceb130c1ea1b78c3bf6114dbdfd8807' },
  { name: 'inceptionv3', inputSize: [299, 299], parameters: 21_802_784, top1Accuracy: 0.779, licence: 'Apache-2.0',
    file: { bytes: 87_910_968, path: `${applications}/inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'bcbd6486424b2319ff4ef7d526e38f63' },
    topHash: '9a0d58056eeedaa3f26cb7ebd46da564' },
  { name: 'inceptionresnetv2', inputSize: [299, 299], parameters: 54_336_736, top1Accuracy: 0.803, licence: 'Apache-2.0',
    file: { bytes: 219_055_592, path: `${applications}/inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'd19885ff4a710c122648d3b5c3b684e4' },
    topHash: 'e693bd0210a403b3192acc6073ad2e96' },
  { name: 'xception', inputSize: [299, 299], parameters: 20_861_480, top1Accuracy: 0.79, licence: 'MIT',
    file: { bytes: 83_683_744, path: `${applications}/xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      hash: 'b0042744bf5b25fce3cb969f33bebb97' },
    topHash: '0a58e3b7378bc2990ea3b43d5981f1f6' },
  { name: 'nasnetmobile', inputSize: [224, 224], parameters: 4_269_716, top1Accuracy: 0.744, licence: 'Apache-2.0',
    file: { bytes: 19_993_432, path: `${applications}/nasnet/NASNet-mobile-no-top.h5`, name: 'nasnet_mobile_no_top.h5',
      hash: '1ed92395b5b598bdda52abe5c0dbfd63' },
    topHash: '020fb642bf7360b370c678b08e0adf61' },
  { name: 'nasnetlarge', inputSize: [331, 331], parameters: 84_916_818, top1Accuracy: 0.825, licence: 'Apache-2.0',
    file: { bytes: 343_610_240, path: `${applications}/nasnet/NASNet-large-no-top.h5`, name: 'nasnet_large_no_top.h5',
      hash: 'd81d89dc07e6e56530c4e77faddd61b5' },
    topHash: '11577c9a518f0070763c2b964a382f17' },
  { name: 'efficientnetb0', inputSize: [224, 224], parameters: 4_049_571, top1Accuracy: 0.771,
    file: { bytes: 16_705_208, path: 'keras-applications/efficientnetb0_notop.h5',
      hash: '50bc09e76180e00e4465e1a485ddc09d' },
    topHash: '902e53a9f72be733fc0bcb005b3ebbac' },
  { name: 'efficientnetb1', inputSize: [240, 240], parameters: 6_575_239, top1Accuracy: 0.791,
    file: { bytes: 27_018_416, path: 'keras-applications/efficientnetb1_notop.h5',
      hash: '74c4e6b3e1f6a1eea24c589628592432' },
    topHash: '1d254153d4ab51201f1646940f018540' },
  { name: 'efficientnetb2', inputSize: [260, 260], parameters: 7_768_569, top1Accuracy: 0.801,
    file: { bytes: 31_790_344, path: 'keras-applications/efficientnetb2_notop.h5',
      hash: '111f8e2ac8aa800a7a99e3239f7bfb39' },
    topHash: 'b15cce36ff4dcbd00b6dd88e7857a6ad' },
  { name: 'efficientnetb3', inputSize: [300, 300], parameters: 10_783_535, top1Accuracy: 0.816,
    file: { bytes: 43_941_136, path: 'keras-applications/efficientnetb3_notop.h5',
      hash: 'af6d107764bb5b1abb91932881670226' },
    topHash: 'ffd1fdc53d0ce67064dc6a9c7960ede0' },
  { name: 'efficientnetb4', inputSize: [380, 380], parameters: 17_673_823, top1Accuracy: 0.829,
    file: { bytes: 71_686_520, path: 'keras-applications/efficientnetb4_notop.h5',
      hash: 'ebc24e6d6c33eaebbd558eafbeedf1ba' },
    topHash: '18c95ad55216b8f92d7e70b3a046e2fc' },
  { name: 'efficientnetb5', inputSize: [456, 456], parameters: 28_513_527, top1Accuracy: 0.836,
    file: { bytes: 115_263_384, path: 'keras-applications/efficientnetb5_notop.h5',
      hash: '38879255a25d3c92d5e44e04ae6cec6f' },
    topHash: 'ace28f2a6363774853a83a0b21b9421a' },
  { name: 'efficientnetb6', inputSize: [528, 528], parameters: 40_960_143, top1Accuracy: 0.84,
    file: { bytes: 165_234_480, path: 'keras-applications/efficientnetb6_notop.h5',
      hash: '9ecce42647a20130c1f39a5d4cb75743' },
    topHash: '165f6e37dce68623721b423839de8be5' },
  { name: 'efficientnetb7', inputSize: [600, 600], parameters: 64_097_687, top1Accuracy: 0.843,
    file: { bytes: 258_076_736, path: 'keras-applications/efficientnetb7_notop.h5',
      hash: 'cbcfe4450ddf6f3ad90b1b398090fe4a' },
    topHash: '8c03f828fec3ef71311cd463b6759d99' },
  { name: 'efficientnetv2b0', inputSize: [224, 224], parameters: 5_919_312, top1Accuracy: 0.787,
    file: { bytes: 24_274_472, path: `${applications}/efficientnet_v2/efficientnetv2-b0_notop.h5`,
      hash: '893217f2bb855e2983157299931e43ff' },
    topHash: '21ecbf6da12460d5c40bb2f29ceb2188' },
  { name: 'efficientnetv2b1', inputSize: [240, 240], parameters: 6_931_124, top1Accuracy: 0.798,
    file: { bytes: 28_456_008, path: `${applications}/efficientnet_v2/efficientnetv2-b1_notop.h5`,
      hash: '0e80663031ca32d657f9caa404b6ec37' },
    topHash: '069f0534ff22adf035c89e2d9547a9dc' },
  { name: 'efficientnetv2b2', inputSize: [260, 260], parameters: 8_769_374, top1Accuracy: 0.805,
    file: { bytes: 35_839_040, path: `${applications}/efficientnet_v2/efficientnetv2-b2_notop.h5`,
      hash: '1dfe2e7a5d45b6632553a8961ea609eb' },
    topHash: '424e49f28180edbde1e94797771950a7' },
  { name: 'efficientnetv2b3', inputSize: [300, 300], parameters: 12_930_622, top1Accuracy: 0.82,
    file: { bytes: 52_606_240, path: `${applications}/efficientnet_v2/efficientnetv2-b3_notop.h5`,
      hash: 'f6abf7b5849ac99a89b50dd3fd532856' },
    topHash: '1f1fc43bd98a6e4fd8fdfd551e02c7a0' },
  { name: 'efficientnetv2s', inputSize: [384, 384], parameters: 20_331_360, top1Accuracy: 0.839,
    file: { bytes: 82_420_632, path: `${applications}/efficientnet_v2/efficientnetv2-s_notop.h5`,
      hash: 'af0682fb74e8c54910f2d4393339c070' },
    topHash: 'e1d88a8495beba45748fedd0cecbe016' },
  { name: 'efficientnetv2m', inputSize: [480, 480], parameters: 53_150_388, top1Accuracy: 0.853,
    file: { bytes: 214_201_816, path: `${applications}/efficientnet_v2/efficientnetv2-m_notop.h5`,
      hash: '1b8dc055df72dde80d614482840fe342' },
    topHash: 'a3bf6aa3276309f4fc6a34aa114c95cd' },
  { name: 'efficientnetv2l', inputSize: [480, 480], parameters: 117_746_848, top1Accuracy: 0.857,
    file: { bytes: 473_176_280, path: `${applications}/efficientnet_v2/efficientnetv2-l_notop.h5`,
      hash: 'b0b66b5c863aef5b46e8608fe1711615' },
    topHash: '27e6d408b53c7ebc868fefa357689935' },
  { name: 'convnexttiny', inputSize: [224, 224], parameters: 27_820_128, top1Accuracy: 0.813,
    file: { bytes: 111_650_432, path: `${applications}/convnext/convnext_tiny_notop.h5`,
      hash: 'd547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1' },
    topHash: '8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff' },
  { name: 'convnextsmall', inputSize: [224, 224], parameters: 49_454_688, top1Accuracy: 0.823,
    file: { bytes: 198_551_472, path: `${applications}/convnext/convnext_small_notop.h5`,
      hash: '6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab' },
    topHash: 'ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c' },
  { name: 'convnextbase', inputSize: [224, 224], parameters: 87_566_464, top1Accuracy: 0.853,
    file: { bytes: 350_926_856, path: `${applications}/convnext/convnext_base_notop.h5`,
      hash: '40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45' },
    topHash: '52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6' },
  { name: 'convnextlarge', inputSize: [224, 224], parameters: 196_230_336, top1Accuracy: 0.863,
    file: { bytes: 785_596_384, path: `${applications}/convnext/convnext_large_notop.h5`,
      hash: '96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd' },
    topHash: '070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6' },
  { name: 'convnextxlarge', inputSize: [224, 224], parameters: 348_147_968, top1Accuracy: 0.867,
    file: { bytes: 1_393_257_616, path: `${applications}/convnext/convnext_xlarge_notop.h5`,
      hash: 'de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05' },
    topHash: 'c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee' },
  // Keras has none; the figures are those of the layout in squeezenet.ts.
  { name: 'squeezenet', inputSize: [224, 224], parameters: 722_496 },
  // This project's own, which never saw ImageNet's images.
  { name: 'graft-tiny', inputSize: [128, 128], parameters: 952_808, licence: 'Apache-2.0', embeddedIn: '@graft-ml/base-tiny' },
];

// The MobileNets of other widths, Keras' `alpha`.
// prettier-ignore
const variantRows: readonly Row[] = [
  { name: 'mobilenet_0.25', inputSize: [224, 224], parameters: 218_544, licence: 'Apache-2.0',
    file: { path: `${applications}/mobilenet/mobilenet_2_5_224_tf_no_top.h5` } },
  { name: 'mobilenet_0.50', inputSize: [224, 224], parameters: 829_536, licence: 'Apache-2.0',
    file: { path: `${applications}/mobilenet/mobilenet_5_0_224_tf_no_top.h5` } },
  { name: 'mobilenet_0.75', inputSize: [224, 224], parameters: 1_832_976, licence: 'Apache-2.0',
    file: { path: `${applications}/mobilenet/mobilenet_7_5_224_tf_no_top.h5` } },
  { name: 'mobilenetv2_0.35', inputSize: [224, 224], parameters: 410_208, licence: 'Apache-2.0',
    file: { path: `${applications}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5` } },
  { name: 'mobilenetv2_0.50', inputSize: [224, 224], parameters: 706_224, licence: 'Apache-2.0',
    file: { path: `${applications}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.5_224_no_top.h5` } },
  { name: 'mobilenetv2_0.75', inputSize: [224, 224], parameters: 1_382_064, licence: 'Apache-2.0',
    file: { path: `${applications}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.75_224_no_top.h5` } },
  { name: 'mobilenetv2_1.30', inputSize: [224, 224], parameters: 3_766_048, licence: 'Apache-2.0',
    file: { path: `${applications}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.3_224_no_top.h5` } },
  { name: 'mobilenetv2_1.40', inputSize: [224, 224], parameters: 4_363_712, licence: 'Apache-2.0',
    file: { path: `${applications}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.4_224_no_top.h5` } },
];

const published = rows.map(describe);
const byName: ReadonlyMap<string, PublishedWeights> = new Map(
  [...published, ...variantRows.map(describe)].map((weights) => [weights.name, weights]),
);

/**
 * Every network of Keras Applications, SqueezeNet and graft-tiny, with what is published about its weights; MobileNets of other
 * widths are not listed, but found by name. Loads no tensor library: it is there at once.
 * @example `listPublishedWeights().find(({ name }) => name === 'vgg16')?.file?.bytes // 58889256`
 */
export function listPublishedWeights(): readonly PublishedWeights[] {
  return published;
}

/**
 * Finds one network's published weights.
 * @returns `undefined` for a network that Keras does not know.
 */
export function findPublishedWeights(name: string): PublishedWeights | undefined {
  return byName.get(name);
}

function describe({ file, topHash, ...facts }: Row): PublishedWeights {
  if (file === undefined) return facts;
  const { hash, bytes, path, name = fileName(path) } = file;
  const withTop = { path: withoutNoTop(path), name: withoutNoTop(name) };
  return {
    ...facts,
    file: { name, path, ...(bytes !== undefined && { bytes }), ...hashed(hash) },
    fileWithTop: { ...withTop, ...hashed(topHash) },
  };
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `x_notop.h5`, `x_no_top_v2.h5` and `x-no-top.h5` are `x.h5` with the classifier. */
function withoutNoTop(name: string): string {
  return name.replace(/[-_]no[-_]?top(?:_v2)?(?=\.h5$)/, '');
}

function hashed(hex: string | undefined): Pick<PublishedFile, 'hash'> {
  return hex === undefined ? {} : { hash: { algorithm: hex.length === 32 ? 'md5' : 'sha256', hex } };
}
