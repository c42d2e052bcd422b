import { describe, expect, it } from 'vitest';
import type { BackboneDefinition } from './backbone-definition.js';
import { chooseBackbone, isBackboneName, listBackbones, listBackboneVariants, loadBackbone } from './backbone-table.js';
import * as registry from './registry.js';

const factsOf = ({ name, inputSize, minimumSize, preprocessing, pretrained }: BackboneDefinition) => ({
  name,
  inputSize,
  minimumSize,
  preprocessing,
  ...(pretrained !== undefined && { pretrained }),
});

describe('the table of backbones', () => {
  it('says what the architectures say, in their order', () => {
    expect(listBackbones()).toEqual(registry.listBackbones().map(factsOf));
    expect(listBackboneVariants()).toEqual(registry.listBackboneVariants().map(factsOf));
  });

  it('loads the very definition that the registry has', async () => {
    for (const definition of [...registry.listBackbones(), ...registry.listBackboneVariants()]) {
      expect(isBackboneName(definition.name)).toBe(true);
      expect(await loadBackbone(definition.name)).toBe(definition);
    }
  });

  it('refuses a name that is none, also one that every object has', async () => {
    expect(isBackboneName('constructor')).toBe(false);
    await expect(loadBackbone('VGG16')).rejects.toThrow(
      /^there is no backbone "VGG16"; choose one of "vgg16", "vgg19", /,
    );
    await expect(loadBackbone('constructor')).rejects.toThrow(RangeError);
  });

  it("takes a definition of one's own unless it has the name of another network", async () => {
    const vgg16 = registry.getBackbone('vgg16');
    const own = { ...vgg16, name: 'own' };
    expect(await chooseBackbone(own)).toBe(own);
    expect(await chooseBackbone(vgg16)).toBe(vgg16);
    await expect(chooseBackbone({ ...vgg16 })).rejects.toThrow(
      '"vgg16" is the name of a network of graft\'s; give yours another',
    );
  });
});
