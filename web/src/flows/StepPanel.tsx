import { ActionIcon, Anchor, Button, Group, Skeleton, Stack, Tabs, Text, TextInput, Tooltip } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconExternalLink,
  IconTrash,
} from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useAsk } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { StepComponentQuery } from '../gen/graphql'
import { Failure } from '../ui/Failure'
import { useWords } from '../words'
import { CredentialTab } from './CredentialTab'
import { StepComponentDocument } from './operations'
import { type Step, inputs } from './steps'
import type { Designer } from './useDesigner'

export type StepComponent = NonNullable<StepComponentQuery['component']>

interface ToolsProps {
  step: Step
  count: number
  wide: boolean
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}

/** What is done with a step as a whole. */
export function StepTools({ step, count, wide, onMove, onRemove }: ToolsProps) {
  const { flows: words } = useWords()
  return (
    <Group gap={6} wrap="nowrap">
      <Tool label={words.earlier} disabled={step.position === 0} onClick={() => onMove(-1)}>
        {wide ? <IconArrowLeft size={18} /> : <IconArrowUp size={18} />}
      </Tool>
      <Tool label={words.later} disabled={step.position === count - 1} onClick={() => onMove(1)}>
        {wide ? <IconArrowRight size={18} /> : <IconArrowDown size={18} />}
      </Tool>
      <Tool label={words.remove} onClick={onRemove}>
        <IconTrash size={18} />
      </Tool>
    </Group>
  )
}

/** One step: what it talks to, and the credential it uses. */
export function StepPanel({ designer, step }: { designer: Designer; step: Step }) {
  const { flows: words } = useWords()
  const { data, failed, loading, again } = useAsk(StepComponentDocument, { id: step.component.id, after: null })
  const problem = designer.flow?.problems.find(({ stepKey }) => stepKey === step.key)
  const component = data?.component
  return (
    <Tabs defaultValue="credential" keepMounted>
      <Tabs.List mb="md">
        <Tabs.Tab value="component">{words.tabs.component}</Tabs.Tab>
        <Tabs.Tab value="credential" rightSection={problem && <IconAlertTriangle size={14} aria-hidden="true" />}>
          {words.tabs.credential}
        </Tabs.Tab>
      </Tabs.List>
      {loading && <Skeleton h={200} />}
      {failed && !component && <Failure message={failed} again={again} />}
      {component && (
        <>
          <Tabs.Panel value="component">
            <ComponentTab designer={designer} step={step} component={component} />
          </Tabs.Panel>
          <Tabs.Panel value="credential">
            <CredentialTab designer={designer} step={step} component={component} problem={problem} />
          </Tabs.Panel>
        </>
      )}
    </Tabs>
  )
}

/** It stays where the keyboard is, even when there is nothing more to do with it. */
function Tool({ label, disabled = false, onClick, children }: { label: string; disabled?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="md"
        variant="default"
        aria-label={label}
        aria-disabled={disabled}
        data-disabled={disabled}
        onClick={() => !disabled && onClick()}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

function ComponentTab({ designer, step, component }: { designer: Designer; step: Step; component: StepComponent }) {
  const words = useWords()
  const { mayChange } = useViewer()
  const [typed, setTyped] = useState<string>()
  const stored = step.function ?? ''
  const wanted = typed?.trim() ?? stored

  async function save() {
    const saved = await designer.edit(({ steps }) => ({
      steps: inputs(steps.map((each) => (each.key === step.key ? { ...each, function: wanted || null } : each))),
    }))
    if (saved) setTyped(undefined)
  }

  return (
    <Stack gap="md">
      <Text size="sm">{component.description}</Text>
      {component.docsUrl && (
        <Anchor href={component.docsUrl} target="_blank" rel="noreferrer" size="sm">
          {words.component.docs} <IconExternalLink size={13} aria-hidden="true" />
        </Anchor>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted !== stored) void save()
        }}
      >
        <TextInput
          label={`${words.flows.fn} (${words.optional})`}
          description={words.flows.fnNote}
          placeholder={words.flows.fnPlaceholder}
          maxLength={200}
          readOnly={!mayChange}
          value={typed ?? stored}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {mayChange && wanted !== stored && (
          <Button type="submit" size="xs" mt="sm" loading={designer.busy}>
            {words.form.save}
          </Button>
        )}
      </form>
    </Stack>
  )
}
