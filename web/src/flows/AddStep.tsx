import { Group, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useAsk } from '../api/hooks'
import { CatalogDocument } from '../credentials/operations'
import type { CatalogQuery } from '../gen/graphql'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { More } from '../ui/More'
import { useWords } from '../words'

export type Choice = CatalogQuery['components']['nodes'][number]

/** Chooses what the next step talks to. Enter takes the first that was found. */
export function AddStep({ wide, busy, onChoose }: { wide: boolean; busy: boolean; onChoose: (component: Choice) => void }) {
  const { flows: words } = useWords()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 150)
  const { data, failed, loading, busy: searching, again } = useAsk(CatalogDocument, { filter: { search: search || null }, after: null })
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // On a phone the keyboard would cover what there is to choose from.
    if (wide) field.current?.focus()
  }, [wide])
  const found = data?.components.nodes ?? []
  // Whoever types fast presses Enter before there is an answer: it counts once there is one.
  const [entered, setEntered] = useState(false)
  const ready = entered && !searching && !busy && search === text.trim()
  useEffect(() => {
    if (!ready) return
    setEntered(false)
    if (found[0]) onChoose(found[0])
  }, [ready])
  return (
    <Stack gap="md">
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim()) setEntered(true)
        }}
      >
        <TextInput
          ref={field}
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          description={words.searchNote}
          inputWrapperOrder={['input', 'description']}
          leftSection={<IconSearch size={16} />}
          maxLength={200}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setEntered(false)
          }}
        />
      </form>
      {loading && <Skeleton h={220} />}
      {failed && !data && <Failure message={failed} again={again} />}
      {data && found.length === 0 && <Empty title={words.noComponent} text={words.noComponentText} />}
      <ul className="choices choices-two">{data && <Choices page={data.components} search={search} busy={busy} onChoose={onChoose} />}</ul>
    </Stack>
  )
}

interface ChoicesProps {
  page: CatalogQuery['components']
  search: string
  busy: boolean
  onChoose: (component: Choice) => void
}

function Choices({ page, ...props }: ChoicesProps) {
  return (
    <>
      {page.nodes.map((component) => (
        <li key={component.id}>
          <button type="button" className="choice" disabled={props.busy} onClick={() => props.onChoose(component)}>
            <Group gap="xs" wrap="nowrap">
              <Icon url={component.iconUrl} size={32} />
              <Text size="sm" fw={600} lh={1.25}>
                {component.title}
              </Text>
            </Group>
          </button>
        </li>
      ))}
      <More info={page.pageInfo} inList eager>
        {(after) => <Next after={after} {...props} />}
      </More>
    </>
  )
}

function Next({ after, ...props }: Omit<ChoicesProps, 'page'> & { after: string }) {
  const { data, failed, again } = useAsk(CatalogDocument, { filter: { search: props.search || null }, after })
  if (data) return <Choices page={data.components} {...props} />
  return <li>{failed ? <Failure message={failed} again={again} /> : <Skeleton h={48} />}</li>
}
