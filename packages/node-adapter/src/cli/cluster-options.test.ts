import { describe, expect, it } from 'vitest';
import { clusterRun, withoutClusterFlags } from './cluster-options.js';

describe('withoutClusterFlags', () => {
  it('leaves the words that decide a result, and none that may hold a password', () => {
    const url = 'redis://:secret@host:6379';
    const words = [
      'train',
      'photos',
      '--cluster',
      url,
      '--trust-names',
      '--seed',
      '7',
      `--storage=/mnt`,
      '--shards',
      '4',
    ];
    expect(withoutClusterFlags([...words, `--cluster=${url}`, '--out', 'm'])).toEqual([
      'train',
      'photos',
      '--seed',
      '7',
      '--out',
      'm',
    ]);
  });
});

describe('clusterRun', () => {
  it('refuses flags of a cluster where there is none, and a cluster without a storage', () => {
    expect(clusterRun({}, {})).toBeUndefined();
    expect(() => clusterRun({ trustNames: true }, {})).toThrow('--trust-names is for a cluster; pass --cluster URL');
    expect(() => clusterRun({ cluster: 'redis://host' }, {})).toThrow('--cluster needs --storage');
    expect(clusterRun({ cluster: 'redis://host', storage: 's', shards: 3 }, {})).toMatchObject({
      redis: 'redis://host',
      storage: 's',
      shards: 3,
    });
  });
});
