import { expect, test } from 'vitest'
import { labelled, linear, slots, ticks } from './scale'

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [38, [0, 10, 20, 30, 40]],
  [40, [0, 10, 20, 30, 40]],
  [41, [0, 20, 40, 60]],
  [15_000, [0, 5000, 10_000, 15_000]],
])('ticks up to %i are round and few', (max, want) => {
  expect(ticks(max)).toEqual(want)
})

test('every number has its place between the ends', () => {
  const y = linear(200, 100, 0)
  expect([0, 50, 200].map(y)).toEqual([100, 75, 0])
  expect(linear(0, 100, 0)(0)).toBe(100)
})

test('slots share the room', () => {
  expect(slots(0, 0, 100)).toEqual([])
  expect(slots(1, 0, 100)).toEqual([50])
  expect(slots(2, 20, 100)).toEqual([40, 80])
})

test('labels stand at both ends and never too close', () => {
  expect(labelled(0, 500, 100)).toEqual([])
  expect(labelled(1, 500, 100)).toEqual([0])
  expect(labelled(50, 500, 100)).toEqual([0, 12, 25, 37, 49])
  expect(labelled(3, 900, 100)).toEqual([0, 1, 2])
  expect(labelled(50, 120, 100)).toEqual([0, 49])
})
