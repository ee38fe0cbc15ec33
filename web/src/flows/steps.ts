import type { FlowFieldsFragment, FlowStepInput } from '../gen/graphql'

export type Flow = FlowFieldsFragment
export type Step = Flow['steps'][number]
export type Problem = Flow['problems'][number]

/** The steps as updateFlow takes them. Without a credential each keeps its own, and a new one takes what the others use. */
export const inputs = (steps: Step[]): FlowStepInput[] =>
  steps.map(({ key, component, function: fn }) => ({ key, componentId: component.id, function: fn }))

/** A key that no step of the flow has: "petstore", then "petstore-2". */
export function freeKey(wanted: string, steps: { key: string }[]): string {
  const taken = new Set(steps.map(({ key }) => key))
  const base = wanted.slice(0, 60) // of 64: the number needs some
  for (let n = 1; ; n++) {
    const key = n === 1 ? base : `${base}-${n}`
    if (!taken.has(key)) return key
  }
}

/** The list with the step of this key moved by so many places. */
export function moved<S extends { key: string }>(steps: S[], key: string, by: number): S[] {
  const at = steps.findIndex((step) => step.key === key)
  const to = at + by
  if (at < 0 || to < 0 || to >= steps.length) return steps
  return steps.toSpliced(at, 1).toSpliced(to, 0, steps[at]!)
}

/** Whichever was read later. A version counts edits only: starting, stopping and a credential's fate don't change it. */
export function newer(one: Flow | undefined, other: Flow | undefined): Flow | undefined {
  if (!one || !other) return one ?? other
  if (one.version !== other.version) return one.version > other.version ? one : other
  return one.updatedAt > other.updatedAt ? one : other
}
