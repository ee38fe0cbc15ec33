import { useAsk } from '../api/hooks'
import type { ComponentCategory } from '../gen/graphql'
import { useWords } from '../words'
import { FamiliesDocument } from './operations'

interface Props {
  search: string | null
  connected: boolean | null
  family: ComponentCategory | null
  onChoose: (family: ComponentCategory | null) => void
}

/** The families of components, each with how many there are under the other filters: one of them, or all. */
export function Families({ search, connected, family, onChoose }: Props) {
  const words = useWords()
  const { data } = useAsk(FamiliesDocument, { filter: { search, connected } })
  const counts = new Map(data?.componentCategories.map(({ category, componentCount }) => [category, componentCount]))
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const choice = (value: ComponentCategory | null, label: string, count: number | undefined) => (
    <button
      key={label}
      type="button"
      className="family"
      aria-pressed={family === value}
      disabled={count === 0 && value !== null && family !== value}
      onClick={() => onChoose(value)}
    >
      {label} <span>{data && count}</span>
    </button>
  )
  return (
    <div role="group" aria-label={words.catalog.family} className="families">
      {choice(null, words.catalog.allFamilies, all)}
      {(Object.entries(words.families) as [ComponentCategory, string][]).map(([value, label]) => choice(value, label, counts.get(value)))}
    </div>
  )
}
