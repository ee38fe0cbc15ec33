import { Badge, type MantineColor } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconClockX, IconHelp, IconPlayerPlay, IconPlayerStop, IconPlugConnectedX, type TablerIcon } from '@tabler/icons-react'
import type { CredentialStatus, FlowStatus } from '../gen/graphql'
import { useWords } from '../words'

const looks: Record<CredentialStatus | FlowStatus, [MantineColor, TablerIcon]> = {
  VERIFIED: ['key', IconCheck],
  UNVERIFIED: ['yellow', IconHelp],
  REJECTED: ['red', IconAlertTriangle],
  NEEDS_REAUTHORIZATION: ['red', IconPlugConnectedX],
  EXPIRED: ['red', IconClockX],
  ACTIVE: ['key', IconPlayerPlay],
  INACTIVE: ['gray', IconPlayerStop],
}

/** A credential's or a flow's status, by colour, sign and word. */
export function Status({ status }: { status: CredentialStatus | FlowStatus }) {
  const { statuses } = useWords()
  const [color, Icon] = looks[status]
  return (
    <Badge className="status" color={color} variant="light" leftSection={<Icon size={12} />} tt="none" fw={600} style={{ flexShrink: 0 }}>
      {statuses[status]}
    </Badge>
  )
}
