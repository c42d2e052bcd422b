// What the audit of `@graft-ml/core` looks at images with.
export { describeImages, type DescribedImage, type DescribeImagesOptions } from './describe-images.js';
export type { ImageDescriptor } from './image-descriptor.js';
export { clusterLookAlikes, findLookAlikes, type LookAlikes } from '../near-duplicates/look-alikes.js';
