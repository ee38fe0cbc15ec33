import { zodResolver } from '@hookform/resolvers/zod'
import { Badge, Group, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { FormProvider, useForm } from 'react-hook-form'
import type { FieldSpecsFragment } from '../gen/graphql'
import { useWords } from '../words'
import { type FormValues, beginning, checks, visible } from './fields'
import { FormFields } from './FormFields'

/** The form that a descriptor makes, to be tried out: its conditions and patterns work, and nothing is sent. */
export function FormPreview({ title, methods }: { title: string; methods: FieldSpecsFragment[] }) {
  const { form: words, importing } = useWords()
  const [key, setKey] = useState(methods[0]?.key)
  const method = methods.find((each) => each.key === key) ?? methods[0]
  if (!method) return <Text size="sm">{importing.noCredential}</Text>
  return (
    <Stack gap="md">
      {methods.length > 1 && (
        <Radio.Group label={words.method} value={method.key} onChange={setKey}>
          <Group mt={6} gap="md">
            {methods.map((each) => (
              <Radio key={each.key} value={each.key} label={each.title} />
            ))}
          </Group>
        </Radio.Group>
      )}
      <Group gap="xs">
        <Badge variant="light" color={method.verifiable ? 'key' : 'gray'} c="inherit" tt="none">
          {method.verifiable ? importing.verifiable : importing.notVerifiable}
        </Badge>
        {method.oauth && (
          <Badge variant="light" color="gray" c="inherit" tt="none">
            {importing.connects}
          </Badge>
        )}
      </Group>
      <Fields key={method.key} title={title} method={method} />
    </Stack>
  )
}

function Fields({ title, method }: { title: string; method: FieldSpecsFragment }) {
  const words = useWords()
  const asked = method.fields.filter(({ view }) => view !== 'OAUTH') // the provider's page asks for it
  const form = useForm<FormValues>({
    resolver: zodResolver(checks(asked, [], words)),
    defaultValues: beginning(asked, ''),
    mode: 'onChange',
  })
  return (
    <FormProvider {...form}>
      <FormFields title={title} isNew specs={visible(asked, form.watch('values'))} stored={[]} moved={false} />
    </FormProvider>
  )
}
