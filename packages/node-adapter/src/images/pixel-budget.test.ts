import { describe, expect, it } from 'vitest';
import { PixelBudget } from './pixel-budget.js';

describe('PixelBudget', () => {
  it('keeps the sum of what runs within its capacity, in order, and lets what is too large run alone', async () => {
    const budget = new PixelBudget(10);
    const order: number[] = [];
    let used = 0;
    let most = 0;
    const task = (size: number, index: number) =>
      budget.spend(size, async () => {
        order.push(index);
        used += size;
        if (size <= 10) most = Math.max(most, used);
        else expect(used).toBe(size);
        await new Promise((resolve) => setTimeout(resolve, 1));
        used -= size;
        if (index === 3) throw new Error('one fails');
      });
    const results = await Promise.allSettled([4, 4, 4, 9, 50, 1, 10, 2].map(task));
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBeLessThanOrEqual(10);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });
});
