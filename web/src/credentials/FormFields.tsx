import { Box, Collapse, Group, SimpleGrid, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronRight } from '@tabler/icons-react'
import { Children, type ReactNode } from 'react'
import { useFormContext } from 'react-hook-form'
import { useWords } from '../words'
import { Field } from './Field'
import { type FormValues, type Spec, type Stored, dayOf, fateOf, groups, slot } from './fields'

interface Props {
  title: string // of the component
  isNew: boolean
  specs: Spec[] // that are shown now
  stored: Stored[]
  moved: boolean
}

/** The name, and what the descriptor asks for, in its groups. */
export function FormFields({ title, isNew, specs, stored, moved }: Props) {
  const { form: words } = useWords()
  const { register, watch, formState } = useFormContext<FormValues>()
  const { errors } = formState
  const values = watch()
  return (
    <>
      <TextInput
        {...register('name')}
        label={words.name}
        description={isNew ? words.nameNote : undefined}
        placeholder={words.namePlaceholder(title)}
        error={errors.name?.message}
        autoComplete="off"
        data-1p-ignore=""
        maxLength={300}
      />
      {groups(specs).map((group) => (
        <FieldGroup key={group.name ?? ''} name={group.name} collapsed={group.optional} mistaken={group.specs.some(({ key }) => errors.values?.[slot(key)])}>
          {group.specs.map((spec) => (
            <Field key={spec.key} spec={spec} stored={stored.find(({ key }) => key === spec.key)} fate={fateOf(spec, values, moved)} moved={moved} />
          ))}
        </FieldGroup>
      ))}
    </>
  )
}

export function EndsOn() {
  const { form: words } = useWords()
  const { register, formState } = useFormContext<FormValues>()
  return (
    <TextInput
      {...register('endsOn')}
      type="date"
      label={words.endsOn}
      description={words.endsOnNote}
      error={formState.errors.endsOn?.message}
      min={dayOf(new Date().toISOString())}
      maw={360}
    />
  )
}

/** Fields that belong together. Where none of them is needed, they wait behind their name. */
export function FieldGroup({ name, collapsed, mistaken, children }: { name: string | null; collapsed: boolean; mistaken: boolean; children: ReactNode }) {
  const { form: words } = useWords()
  const [open, { toggle }] = useDisclosure(!collapsed)
  const fields = (
    // Many fields share rows, so that the buttons below stay in sight.
    <SimpleGrid cols={{ base: 1, sm: Children.count(children) > 3 ? 2 : 1 }} spacing="md">
      {children}
    </SimpleGrid>
  )
  if (!collapsed) {
    if (name === null) return fields
    return (
      <Box component="fieldset" className="group">
        <legend>{name}</legend>
        {fields}
      </Box>
    )
  }
  const shown = open || mistaken
  return (
    <Box>
      <UnstyledButton type="button" aria-expanded={shown} onClick={toggle}>
        <Group gap={4}>
          <IconChevronRight size={16} style={{ transform: shown ? 'rotate(90deg)' : 'none' }} />
          <Text size="sm" fw={500}>
            {words.group(name ?? '')}
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={shown} pt="sm">
        {fields}
      </Collapse>
    </Box>
  )
}
