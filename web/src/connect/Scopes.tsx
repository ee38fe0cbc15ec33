import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../words'

interface Props {
  offered: string[]
  value: string[]
  onChange: (scopes: string[]) => void
  error: string | undefined
}

/** What is asked for at the provider: the method's scopes, and others that somebody types. */
export function Scopes({ offered, value, onChange, error }: Props) {
  const { connect: words } = useWords()
  const [text, setText] = useState('')
  const [added, setAdded] = useState(value)
  const all = [...new Set([...offered, ...added])]

  function add() {
    const scopes = text.split(/\s+/).filter(Boolean) // several at once, as they stand in documentation
    setAdded([...added, ...scopes])
    onChange([...new Set([...value, ...scopes])])
    setText('')
  }

  return (
    <Stack gap="sm">
      <Checkbox.Group label={words.scopes} description={words.scopesNote} error={error} value={value} onChange={onChange}>
        <Stack gap={8} mt={8} style={{ overflowWrap: 'anywhere' }}>
          {all.length === 0 && (
            <Text size="sm" c="dimmed">
              {words.noScopes}
            </Text>
          )}
          {all.map((scope) => (
            <Checkbox key={scope} value={scope} label={scope} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Group align="flex-end" gap="sm" wrap="nowrap">
        <TextInput
          flex="1 1 200px"
          maw={360}
          label={words.another}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault() // it would send the form
            add()
          }}
        />
        <Button variant="default" disabled={text.trim() === ''} onClick={add}>
          {words.add}
        </Button>
      </Group>
    </Stack>
  )
}
