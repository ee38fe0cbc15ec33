import '@xyflow/react/dist/base.css'
import './flows.css'
import { Box, Group, Text, VisuallyHidden, useComputedColorScheme } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCircleDashed, IconHelp, IconPlus } from '@tabler/icons-react'
import { type Edge, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react'
import { useEffect } from 'react'
import { Icon } from '../ui/Icon'
import { useWords } from '../words'
import type { Flow, Problem, Step } from './steps'

const size = { width: 232, height: 104 }
const gap = { wide: 56, tall: 36 }
const margin = 20

/** The id of a node's button. */
export const nodeId = (key: string | undefined) => (key === undefined ? 'add-step' : `step-${key}`)

/** The keyboard goes on at a node, once it is drawn. */
export function focusNode(key: string | undefined): void {
  setTimeout(() => document.getElementById(nodeId(key))?.focus())
}

interface Shown extends Record<string, unknown> {
  step?: Step // none: the place for the next one
  problem?: Problem | undefined
  number: number
  selected: boolean
  wide: boolean
  onOpen: () => void
}

interface Props {
  flow: Flow
  selected: string | undefined
  adding: boolean
  mayAdd: boolean
  wide: boolean
  onSelect: (key: string) => void
  onAdd: () => void
}

/**
 * The steps in their order, left to right or, on a phone, top to bottom. It is as large as they are and scrolled like any
 * other part of a page: nothing shrinks, and what the keyboard reaches comes into view by itself.
 */
export function Canvas({ flow, selected, adding, mayAdd, wide, onSelect, onAdd }: Props) {
  const scheme = useComputedColorScheme('light')
  const shown: Shown[] = flow.steps.map((step, at) => ({
    step,
    problem: flow.problems.find(({ stepKey }) => stepKey === step.key),
    number: at + 1,
    selected: step.key === selected,
    wide,
    onOpen: () => onSelect(step.key),
  }))
  if (mayAdd) shown.push({ number: shown.length + 1, selected: adding, wide, onOpen: onAdd })

  const nodes = shown.map((data, at): Node<Shown> => ({
    id: nodeId(data.step?.key),
    type: data.step ? 'step' : 'add',
    data,
    ...size,
    position: wide
      ? { x: margin + at * (size.width + gap.wide), y: margin }
      : { x: margin, y: margin + at * (size.height + gap.tall) },
    style: { pointerEvents: 'all' },
    domAttributes: { 'aria-roledescription': undefined },
  }))
  const edges = nodes.slice(1).map((node, at) => edge(nodes[at]!.id, node.id))
  const length = nodes.length * (wide ? size.width + gap.wide : size.height + gap.tall) - (wide ? gap.wide : gap.tall) + 2 * margin
  const across = (wide ? size.height : size.width) + 2 * margin

  useEffect(() => {
    if (selected !== undefined) document.getElementById(nodeId(selected))?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [selected, wide])

  return (
    <Box className={wide ? 'canvas canvas-wide' : 'canvas'}>
      <Box className="canvas-steps" w={wide ? length : across} h={wide ? across : length}>
        <ReactFlow
          key={String(wide)} // where the edges dock is measured once
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          colorMode={scheme}
          proOptions={{ hideAttribution: true }}
          defaultViewport={{ x: 0, y: 0, zoom: 1 }}
          minZoom={1}
          maxZoom={1}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          panOnDrag={false}
          zoomOnScroll={false}
          zoomOnPinch={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
        />
      </Box>
    </Box>
  )
}

function edge(source: string, target: string): Edge {
  return {
    id: `${source} ${target}`,
    source,
    target,
    type: 'straight',
    markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18 },
    ariaRole: 'presentation', // the nodes' numbers say it
    domAttributes: { 'aria-roledescription': undefined, 'aria-label': undefined } as object,
  }
}

const nodeTypes = { step: StepNode, add: AddNode }

function Docks({ wide }: { wide: boolean }) {
  return (
    <>
      <Handle type="target" position={wide ? Position.Left : Position.Top} isConnectable={false} />
      <Handle type="source" position={wide ? Position.Right : Position.Bottom} isConnectable={false} />
    </>
  )
}

function StepNode({ data: { step, problem, number, selected, wide, onOpen } }: NodeProps<Node<Shown>>) {
  const { flows: words, statuses } = useWords()
  if (!step) return null
  const { component, credential } = step
  const use = !component.requiresCredential
    ? words.noneNeeded
    : credential
      ? words.uses(credential.name, statuses[credential.status])
      : words.usesNone
  return (
    <>
      <Docks wide={wide} />
      <button
        id={nodeId(step.key)}
        type="button"
        className="step"
        data-problem={problem ? '' : undefined}
        aria-expanded={selected}
        onClick={onOpen}
      >
        <VisuallyHidden>{words.node({ number, title: component.title, fn: step.function, use, problem: problem && words.kinds[problem.kind] })}</VisuallyHidden>
        <Group gap="sm" wrap="nowrap" aria-hidden="true">
          <Icon url={component.iconUrl} size={36} />
          <Box miw={0}>
            <Text fw={600} lh={1.25} lineClamp={step.function ? 1 : 2}>
              {number}. {component.title}
            </Text>
            {step.function && (
              <Text size="xs" c="dimmed" truncate>
                {step.function}
              </Text>
            )}
          </Box>
        </Group>
        <Use step={step} problem={problem} />
      </button>
    </>
  )
}

function Use({ step: { component, credential }, problem }: { step: Step; problem: Problem | undefined }) {
  const { flows: words } = useWords()
  const [Sign, color, text] = problem
    ? [IconAlertTriangle, 'var(--mantine-color-error)', words.kinds[problem.kind]]
    : !component.requiresCredential
      ? [IconCircleDashed, 'dimmed', words.noneNeeded]
      : credential?.status === 'VERIFIED'
        ? [IconCheck, 'var(--mantine-primary-color-light-color)', credential.name]
        : [IconHelp, 'dimmed', credential?.name ?? words.usesNone]
  return (
    <Group gap={6} wrap="nowrap" mt="sm" c={color} aria-hidden="true">
      <Sign size={16} style={{ flexShrink: 0 }} />
      <Text size="sm" truncate fw={problem ? 600 : undefined}>
        {text}
      </Text>
    </Group>
  )
}

function AddNode({ data: { selected, wide, onOpen } }: NodeProps<Node<Shown>>) {
  const { flows: words } = useWords()
  return (
    <>
      <Docks wide={wide} />
      <button id={nodeId(undefined)} type="button" className="step step-add" aria-expanded={selected} onClick={onOpen}>
        <IconPlus size={20} aria-hidden="true" />
        {words.addStep}
      </button>
    </>
  )
}
