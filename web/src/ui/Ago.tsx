import { Text, type TextProps, Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useLanguage } from '../words'

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
]

/** "3 minutes ago", "in 5 days". */
export function relative(at: string, language: string, now = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1000
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  // Within a minute the seconds are no news.
  return unit === 'second' ? format.format(0, 'second') : format.format(Math.trunc(seconds / length), unit)
}

/** A moment, as far from now as it is; the exact one on request. */
export function Ago({ at, ...props }: { at: string } & TextProps) {
  const language = useLanguage()
  const [, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 30_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <Tooltip label={new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'medium' }).format(new Date(at))}>
      <Text component="time" inherit dateTime={at} {...props}>
        {relative(at, language)}
      </Text>
    </Tooltip>
  )
}
