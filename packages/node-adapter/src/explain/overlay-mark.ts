/** Stands in each picture's EXIF, so that it can be told from the images that it shows. */
export const overlaySoftware = 'graft explain';
