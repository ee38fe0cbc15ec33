import { Alert, Anchor, Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCircle, IconCircleCheckFilled, IconPlus, IconUnlink } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useAsk } from '../api/hooks'
import { useViewer } from '../app/viewer'
import { CredentialForm, type Saved } from '../credentials/CredentialForm'
import { tellWarnings } from '../credentials/tellSaved'
import { Ago } from '../ui/Ago'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { More } from '../ui/More'
import { Status } from '../ui/Status'
import { useWords } from '../words'
import { StepComponentDocument } from './operations'
import type { StepComponent } from './StepPanel'
import type { Problem, Step } from './steps'
import type { Designer } from './useDesigner'

interface Props {
  designer: Designer
  step: Step
  component: StepComponent
}

/** The step's credential: one that its component has already, or a new one, linked in the moment it is saved. */
export function CredentialTab(props: Props & { problem: Problem | undefined }) {
  const [adding, setAdding] = useState<boolean>()
  const place = useRef<HTMLDivElement>(null)
  const inside = useRef(false)
  useEffect(() => {
    // The form that was sent and the button that did its work are gone: the keyboard goes on here, not at the page's top.
    if (inside.current && document.activeElement === document.body) place.current?.focus({ preventScroll: true })
  })
  return (
    <div
      ref={place}
      tabIndex={-1}
      className="place"
      onFocus={() => (inside.current = true)}
      // What is switched off loses the focus to nothing: only what takes it takes it away.
      onBlur={({ relatedTarget }) => relatedTarget && (inside.current = false)}
    >
      <Credentials {...props} adding={adding} onAdding={setAdding} />
    </div>
  )
}

interface CredentialsProps extends Props {
  problem: Problem | undefined
  adding: boolean | undefined // undefined: only where there is nothing to choose from
  onAdding: (adding: boolean | undefined) => void
}

function Credentials({ designer, step, component, problem, adding, onAdding }: CredentialsProps) {
  const words = useWords()
  const { mayChange } = useViewer()
  const { credentials } = component
  const none = credentials.totalCount === 0

  if (!component.requiresCredential) return <Text size="sm">{words.flows.noneNeededText(component.title)}</Text>

  async function saved(credential: Saved) {
    await designer.refresh()
    designer.settle() // what was missing is there
    onAdding(undefined)
    const verified = credential.status === 'VERIFIED'
    if (credential.connected) tellWarnings(credential.name, credential.connected, words.connect)
    notifications.show({
      color: verified ? 'key' : 'yellow',
      message: verified ? words.flows.made(credential.name) : words.flows.madeUnverified(credential.name),
    })
  }

  if (mayChange && (adding ?? none) && designer.flow) {
    return (
      <Stack gap="md">
        {problem && <StepProblem step={step} problem={problem} text={none ? words.flows.first(component.title) : undefined} />}
        <CredentialForm
          component={component}
          linkTo={{ flowId: designer.flow.id, stepKey: step.key }}
          onSaved={(credential) => void saved(credential)}
          onCancel={() => onAdding(false)}
        />
      </Stack>
    )
  }
  const add = mayChange && (
    <Button variant={none ? 'filled' : 'default'} leftSection={<IconPlus size={16} />} onClick={() => onAdding(true)}>
      {words.flows.newCredential}
    </Button>
  )
  if (none) return <Empty title={words.flows.none(component.title)} text={mayChange ? undefined : words.flows.readOnly} action={add} />
  return (
    <Stack gap="md">
      {problem && <StepProblem step={step} problem={problem} />}
      <Choices designer={designer} step={step} component={component} page={credentials} />
      {mayChange && (
        <Group gap="sm">
          {add}
          {step.credential && (
            <Button
              variant="default"
              leftSection={<IconUnlink size={16} />}
              onClick={() => void designer.linkTo(step.key, null)}
            >
              {words.flows.unlink}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  )
}

/** What is wrong with the step, and where it is put right. */
function StepProblem({ step: { component, credential }, problem, text }: { step: Step; problem: Problem; text?: string | undefined }) {
  const words = useWords()
  const { workspaceId } = useParams({ from: '/w/$workspaceId/flows/$flowId' })
  return (
    <Alert color="red" icon={<IconAlertTriangle />} role="note" p="sm" title={words.flows.kinds[problem.kind]}>
      <Text size="sm">{text ?? words.problem(problem.kind, problem.message)}</Text>
      {credential && (
        <Anchor
          size="sm"
          c="inherit"
          underline="always"
          renderRoot={(props) => (
            <Link
              to="/w/$workspaceId/credentials/$componentKey/$credentialId"
              params={{ workspaceId, componentKey: component.key, credentialId: credential.id }}
              {...props}
            />
          )}
        >
          {words.flows.open(credential.name)}
        </Anchor>
      )}
    </Alert>
  )
}

function Choices({ designer, step, component, page }: Props & { page: StepComponent['credentials'] }) {
  const words = useWords()
  const { mayChange } = useViewer()
  return (
    <>
      <ul className="choices" aria-label={words.flows.credentialsOf(component.title)}>
        {page.nodes.map((credential) => {
          const linked = credential.id === step.credential?.id
          const { lastVerification: last } = credential
          const Mark = linked ? IconCircleCheckFilled : IconCircle
          return (
            <li key={credential.id}>
              <button
                type="button"
                className="choice"
                aria-pressed={linked}
                disabled={!mayChange}
                onClick={() => !linked && !designer.busy && void designer.linkTo(step.key, credential.id)}
              >
                <Group gap="sm" wrap="nowrap" align="flex-start">
                  <Mark size={20} color={linked ? 'var(--mantine-primary-color-filled)' : 'var(--mantine-color-dimmed)'} style={{ flexShrink: 0 }} aria-hidden="true" />
                  <Box miw={0} flex={1}>
                    <Text size="sm" fw={600} mb={4} style={{ overflowWrap: 'anywhere' }}>
                      {credential.name}
                    </Text>
                    <Group gap="4px 8px" fz="xs" c="dimmed">
                      <Status status={credential.status} />
                      <span>
                        {last ? (
                          <>
                            {words.outcomes[last.outcome]}, <Ago at={last.checkedAt} />
                          </>
                        ) : (
                          words.component.neverChecked
                        )}
                      </span>
                      {linked && <span>{words.flows.linked}</span>}
                    </Group>
                    {last && last.outcome !== 'ACCEPTED' && (
                      <Text size="xs" mt={4}>
                        {words.verdict(last)}
                      </Text>
                    )}
                  </Box>
                </Group>
              </button>
            </li>
          )
        })}
      </ul>
      <More info={page.pageInfo}>{(after) => <Next designer={designer} step={step} component={component} after={after} />}</More>
    </>
  )
}

function Next({ after, ...props }: Props & { after: string | null }) {
  const { data, failed, again } = useAsk(StepComponentDocument, { id: props.component.id, after })
  if (!data?.component) return failed ? <Failure message={failed} again={again} /> : <Skeleton h={64} />
  return <Choices {...props} page={data.component.credentials} />
}
