/** Round numbers from 0 to at least `max`, in at most `steps` equal steps: what stands beside an axis. */
export function ticks(max: number, steps = 4): number[] {
  const least = Math.max(max, 1) / steps
  const power = 10 ** Math.floor(Math.log10(least))
  // Milliseconds are whole; a product of tenths would not be round.
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => Math.round(factor * power * 1e6) / 1e6).find((each) => each >= least) ?? 10 * power)
  return Array.from({ length: Math.ceil(Math.max(max, 1) / step) + 1 }, (_, at) => at * step)
}

/** A straight line from the numbers between 0 and `max` to the points between `from` and `to`. */
export function linear(max: number, from: number, to: number): (value: number) => number {
  return (value) => from + (to - from) * (max === 0 ? 0 : value / max)
}

/** The middles of `count` equal slots between `from` and `to`. */
export function slots(count: number, from: number, to: number): number[] {
  return Array.from({ length: count }, (_, at) => from + ((to - from) * (at + 0.5)) / count)
}

/** Which of `count` slots bear a label, so that the first and the last do and none comes closer than `apart`. */
export function labelled(count: number, width: number, apart: number): number[] {
  if (count < 2) return count === 1 ? [0] : []
  const wanted = Math.max(2, Math.min(count, Math.floor(width / apart)))
  return Array.from({ length: wanted }, (_, at) => Math.round((at * (count - 1)) / (wanted - 1)))
}
