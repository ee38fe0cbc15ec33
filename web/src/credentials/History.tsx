import { Button, Group, Table, Text, Tooltip } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconChartDots, IconTable } from '@tabler/icons-react'
import { type KeyboardEvent, useState } from 'react'
import type { CredentialQuery, VerificationOutcome } from '../gen/graphql'
import { useLanguage, useWords } from '../words'
import './history.css'
import { labelled, linear, slots, ticks } from './scale'

type Verification = NonNullable<CredentialQuery['credential']>['verifications'][number]

/** What the verifications showed and how long each took; newest come first. */
export function History({ verifications }: { verifications: Verification[] }) {
  const { detail: words } = useWords()
  const [asTable, setAsTable] = useState(false)
  const outcomes = [...new Set(verifications.map(({ outcome }) => outcome))]
  return (
    <div className="history">
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="md">
          {outcomes.map((outcome) => (
            <Legend key={outcome} outcome={outcome} count={verifications.filter((each) => each.outcome === outcome).length} />
          ))}
        </Group>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={asTable ? <IconChartDots size={14} /> : <IconTable size={14} />}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? words.asChart : words.asTable}
        </Button>
      </Group>
      {asTable ? <AsTable list={verifications} /> : <Chart list={verifications.toReversed()} />}
    </div>
  )
}

const height = 190
const edge = { top: 14, right: 8, bottom: 40, left: 50 }

/** One slot for each verification, in the order of time: bursts stay legible, and so do quiet months. */
function Chart({ list }: { list: Verification[] }) {
  const { detail: words, outcomes } = useWords()
  const language = useLanguage()
  const { ref, width } = useElementSize<HTMLDivElement>()
  const [current, setCurrent] = useState(list.length - 1)
  const marks = ticks(Math.max(...list.map(({ durationMs }) => durationMs)))
  const y = linear(marks.at(-1)!, height - edge.bottom, edge.top)
  const xs = slots(list.length, edge.left, Math.max(width - edge.right, edge.left))
  const slot = Math.max(width - edge.left - edge.right, 0) / list.length
  const size = Math.min(6, Math.max(3, slot * 0.42))
  const when = shortTimes(list, language)

  function move(event: KeyboardEvent<SVGSVGElement>) {
    const to = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: list.length - 1 }[event.key]
    if (to === undefined || list[to] === undefined) return
    event.preventDefault()
    setCurrent(to)
    event.currentTarget.querySelectorAll<SVGGElement>('.point')[to]?.focus()
  }

  return (
    <div ref={ref}>
      {width > 0 && (
        <svg width={width} height={height} role="group" aria-label={words.chart(list.length)} onKeyDown={move} style={{ display: 'block' }}>
          {marks.map((mark) => (
            <g key={mark} aria-hidden="true">
              <line className="rule" x1={edge.left} x2={width - edge.right} y1={y(mark)} y2={y(mark)} />
              <text x={edge.left - 8} y={y(mark) + 4} textAnchor="end">
                {duration(mark, language)}
              </text>
            </g>
          ))}
          <g aria-hidden="true">
            {labelled(list.length, width - edge.left, 110)
              .map((at) => ({ at, text: when(list[at]!) }))
              .filter(({ text }, n, all) => text !== all[n - 1]?.text)
              .map(({ at, text }) => (
                <text key={at} x={xs[at]} y={height - edge.bottom + 17} textAnchor={slot > 60 ? 'middle' : at === 0 ? 'start' : at === list.length - 1 ? 'end' : 'middle'}>
                  {text}
                </text>
              ))}
            <text x={edge.left} y={height - 5}>
              {words.axis}
            </text>
          </g>
          {list.map((each, at) => (
            <Tooltip key={at} label={<Told each={each} />} multiline maw={300} events={{ hover: true, focus: true, touch: true }}>
              <g
                className="point"
                role="img"
                aria-label={[outcomes[each.outcome], duration(each.durationMs, language), exact(each, language)].join(', ')}
                tabIndex={at === current ? 0 : -1}
                onFocus={() => setCurrent(at)}
              >
                <rect x={xs[at]! - slot / 2} y={edge.top} width={slot} height={height - edge.top - edge.bottom} fill="transparent" />
                <line className="stem" stroke={color(each.outcome)} x1={xs[at]} x2={xs[at]} y1={y(0)} y2={y(each.durationMs)} />
                <Sign outcome={each.outcome} x={xs[at]!} y={y(each.durationMs)} size={size} />
              </g>
            </Tooltip>
          ))}
        </svg>
      )}
    </div>
  )
}

const color = (outcome: VerificationOutcome) => `var(--outcome-${outcome.toLowerCase()})`

/** An outcome's shape, for whoever can't tell its colour. */
function Sign({ outcome, x, y, size }: { outcome: VerificationOutcome; x: number; y: number; size: number }) {
  const shapes: Record<VerificationOutcome, string> = {
    ACCEPTED: `M -1 0 A 1 1 0 1 1 1 0 A 1 1 0 1 1 -1 0 Z`,
    REJECTED: 'M -1 -0.6 L -0.6 -1 L 0 -0.4 L 0.6 -1 L 1 -0.6 L 0.4 0 L 1 0.6 L 0.6 1 L 0 0.4 L -0.6 1 L -1 0.6 L -0.4 0 Z',
    UNAVAILABLE: 'M 0 -1.1 L 1.1 0.9 L -1.1 0.9 Z',
    NOT_VERIFIABLE: 'M -0.9 -0.9 H 0.9 V 0.9 H -0.9 Z',
  }
  return <path d={shapes[outcome]} transform={`translate(${x} ${y}) scale(${size})`} fill={color(outcome)} />
}

function Legend({ outcome, count }: { outcome: VerificationOutcome; count: number }) {
  const { outcomes } = useWords()
  return (
    <Group gap={6} wrap="nowrap">
      <svg width={14} height={14} aria-hidden="true">
        <Sign outcome={outcome} x={7} y={7} size={5.5} />
      </svg>
      <Text size="sm">
        {outcomes[outcome]} <b>{count}</b>
      </Text>
    </Group>
  )
}

function Told({ each }: { each: Verification }) {
  const words = useWords()
  const language = useLanguage()
  return (
    <>
      <b>
        {words.outcomes[each.outcome]} · {duration(each.durationMs, language)}
      </b>
      <br />
      {exact(each, language)}
      {each.outcome !== 'ACCEPTED' && (
        <>
          <br />
          {words.verdict(each)}
        </>
      )}
    </>
  )
}

function AsTable({ list }: { list: Verification[] }) {
  const words = useWords()
  const language = useLanguage()
  return (
    <Table verticalSpacing={6} horizontalSpacing="xs" fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{words.detail.when}</Table.Th>
          <Table.Th scope="col">{words.detail.outcome}</Table.Th>
          <Table.Th scope="col">{words.detail.took}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {list.map((each, at) => (
          <Table.Tr key={at}>
            <Table.Td>{exact(each, language)}</Table.Td>
            <Table.Td>
              {words.outcomes[each.outcome]}
              {each.outcome !== 'ACCEPTED' && (
                <Text size="xs" c="dimmed">
                  {words.verdict(each)}
                </Text>
              )}
            </Table.Td>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>{duration(each.durationMs, language)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

const unit = (language: string, unit: 'second' | 'millisecond', value: number) =>
  new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(value)

const duration = (ms: number, language: string) => (ms >= 1000 ? unit(language, 'second', ms / 1000) : unit(language, 'millisecond', ms))

const exact = ({ checkedAt }: Verification, language: string) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(checkedAt))

/** Days, or times where all is of one day. */
function shortTimes(list: Verification[], language: string): (each: Verification) => string {
  const days = new Set(list.map(({ checkedAt }) => new Date(checkedAt).toDateString()))
  const format = new Intl.DateTimeFormat(language, days.size > 1 ? { day: 'numeric', month: 'short' } : { timeStyle: 'short' })
  return ({ checkedAt }) => format.format(new Date(checkedAt))
}
