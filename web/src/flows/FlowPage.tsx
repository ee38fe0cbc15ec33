import { Alert, Anchor, Button, Group, List, Skeleton, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useViewer } from '../app/viewer'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { Page } from '../ui/Page'
import { useWords } from '../words'
import { AddStep, type Choice } from './AddStep'
import { Canvas, focusNode } from './Canvas'
import { FlowHeader } from './FlowHeader'
import { Panel } from './Panel'
import { StepPanel, StepTools } from './StepPanel'
import { type Step, freeKey, inputs, moved } from './steps'
import { type Designer, useDesigner } from './useDesigner'

const here = '/w/$workspaceId/flows/$flowId'
const longEnough = 20_000 // milliseconds in which a removed step can be had back (WCAG 2.2.1)

/** The designer. Another flow begins anew. */
export default function FlowPage() {
  const { flowId } = useParams({ from: here })
  return <Flow key={flowId} id={flowId} />
}

function Flow({ id }: { id: string }) {
  const { flows: words } = useWords()
  const { workspaceId } = useParams({ from: here })
  const designer = useDesigner(id)
  if (designer.flow) return <Design designer={designer} flow={designer.flow} />
  return (
    <Page title={words.title}>
      {designer.failed && <Failure message={designer.failed} again={designer.again} />}
      {designer.loading && <Skeleton h={360} aria-label={words.title} />}
      {designer.gone && (
        <Empty
          title={words.gone}
          action={<Button renderRoot={(props) => <Link to="/w/$workspaceId/flows" params={{ workspaceId }} {...props} />}>{words.toFlows}</Button>}
        />
      )}
    </Page>
  )
}

function Design({ designer, flow }: { designer: Designer; flow: NonNullable<Designer['flow']> }) {
  const { flows: words } = useWords()
  const { workspaceId } = useParams({ from: here })
  const search = useSearch({ from: here })
  const navigate = useNavigate()
  const { mayChange } = useViewer()
  const wide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? true
  const asked = useRef(false)
  const [told, setTold] = useState('')
  useEffect(() => {
    document.title = `${flow.name} · Keyward`
  }, [flow.name])

  const step = flow.steps.find(({ key }) => key === search.step)
  const adding = mayChange && !step && search.add === true

  function show(next: { step?: string; add?: true }) {
    asked.current = true
    return navigate({ to: here, params: { workspaceId, flowId: flow.id }, search: next })
  }
  const close = async (node: string | undefined) => {
    await show({})
    focusNode(node)
  }

  async function add(component: Choice) {
    let key = ''
    const added = await designer.edit(({ steps }) => {
      key = freeKey(component.key, steps)
      return { steps: [...inputs(steps), { key, componentId: component.id }] }
    })
    if (added) void show({ step: key })
  }

  async function move({ key, component }: Step, by: -1 | 1) {
    if (!(await designer.edit(({ steps }) => ({ steps: inputs(moved(steps, key, by)) })))) return
    const { steps = [] } = designer.latest.current ?? {}
    setTold(words.movedTo(component.title, steps.findIndex((each) => each.key === key) + 1, steps.length))
  }

  async function remove(removed: Step) {
    const left = flow.steps.filter(({ key }) => key !== removed.key)
    // First away from it: whatever was typed beside it is asked for, and its panel doesn't outlive it.
    await show({})
    if (!(await designer.edit(({ steps }) => ({ steps: inputs(steps.filter(({ key }) => key !== removed.key)) })))) return
    focusNode(left[Math.min(removed.position, left.length - 1)]?.key)
    notifications.show({
      id: `removed-${removed.key}`,
      autoClose: longEnough,
      message: (
        <Group justify="space-between" wrap="nowrap">
          {words.removed(removed.component.title)}
          <Button size="compact-sm" variant="default" onClick={() => void restore(removed)}>
            {words.undo}
          </Button>
        </Group>
      ),
    })
  }

  async function restore({ position, component, credential, function: fn, key: before }: Step) {
    notifications.hide(`removed-${before}`)
    let key = before
    const done = await designer.edit(({ steps }) => {
      key = freeKey(before, steps)
      const back = { key, componentId: component.id, function: fn, credentialId: credential?.id ?? null }
      return { steps: inputs(steps).toSpliced(position, 0, back) }
    })
    if (done) void show({ step: key })
  }

  async function activate() {
    if (await designer.start()) return
    const problem = designer.latest.current?.problems[0]
    if (problem) void show({ step: problem.stepKey })
  }

  return (
    <>
      <FlowHeader designer={designer} flow={flow} onProblem={(key) => void show({ step: key })} onActivate={() => void activate()} />
      <TroubleAlert designer={designer} onStep={(key) => void show({ step: key })} />
      <VisuallyHidden role="status">{told}</VisuallyHidden>
      <div className={wide && (step || adding) ? 'designer designer-open' : 'designer'}>
        <Canvas
          flow={flow}
          selected={step?.key}
          adding={adding}
          mayAdd={mayChange}
          wide={wide}
          onSelect={(key) => void show({ step: key })}
          onAdd={() => void show({ add: true })}
        />
        {step && (
          <Panel
            key={step.key}
            title={words.step(step.position + 1, step.component.title)}
            icon={<Icon url={step.component.iconUrl} size={32} />}
            tools={
              mayChange && (
                <StepTools
                  step={step}
                  count={flow.steps.length}
                  wide={wide}
                  onMove={(by) => void move(step, by)}
                  onRemove={() => void remove(step)}
                />
              )
            }
            wide={wide}
            focus={asked.current}
            onClose={() => void close(step.key)}
          >
            <StepPanel designer={designer} step={step} />
          </Panel>
        )}
        {adding && (
          <Panel title={words.addStep} wide={wide} focus={asked.current} onClose={() => void close(undefined)}>
            <AddStep wide={wide} busy={designer.busy} onChoose={(component) => void add(component)} />
          </Panel>
        )}
      </div>
    </>
  )
}

/** Why the last change was not made, and the way out. */
function TroubleAlert({ designer, onStep }: { designer: Designer; onStep: (key: string) => void }) {
  const words = useWords()
  const { trouble, flow } = designer
  if (!trouble) return null
  const { stopAndRetry } = trouble
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle />}
      role="alert"
      p="sm"
      mb="md"
      withCloseButton
      closeButtonLabel={words.close}
      onClose={designer.settle}
    >
      {trouble.message}
      {trouble.problems.length > 0 && (
        <List size="sm" mt={4}>
          {trouble.problems.map(({ stepKey, kind, message }) => {
            const step = flow?.steps.find(({ key }) => key === stepKey)
            return (
              <List.Item key={stepKey}>
                {step ? (
                  <Anchor component="button" type="button" size="sm" ta="start" c="inherit" underline="always" onClick={() => onStep(stepKey)}>
                    {words.flows.problemOf(step.position + 1, step.component.title, words.flows.kinds[kind])}
                  </Anchor>
                ) : (
                  words.problem(kind, message)
                )}
              </List.Item>
            )
          })}
        </List>
      )}
      {stopAndRetry && (
        <Button size="xs" variant="default" mt="sm" loading={designer.busy} onClick={() => void stopAndRetry()}>
          {words.flows.stopAndRetry}
        </Button>
      )}
    </Alert>
  )
}
